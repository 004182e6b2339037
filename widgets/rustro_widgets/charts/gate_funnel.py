"""The gate funnel: how far the day's minutes came."""

from typing import TYPE_CHECKING

from rustro_kernel.records.funnel import Funnel, FunnelRow, funnels
from rustro_widgets.charts import captions, palette
from rustro_widgets.charts.run_data import Source, load

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from rustro_widgets.charts.figure import Chart

ROW_IN = 0.27


def funnel(source: Source, *, underlying: str | None = None) -> "Chart":
    """One bar a gate: how many minutes reached it, and how many it stopped.

    Args:
        source: A run folder, or its data.
        underlying: Which one, if the run has several; the first by default.

    Raises:
        FileNotFoundError: If there is no such folder.
        KeyError: If the run has no such underlying.
    """
    from rustro_widgets.charts.figure import new_chart, say

    run = load(source)
    name = captions.first_underlying(run, underlying)
    found = next((f for f in funnels(run.decisions) if f.underlying == name), None)
    rows = shown(found) if found else []
    height = max(1.2, ROW_IN * (len(rows) + 1))
    title = captions.title(run, f"{name}: how far the day's minutes came")
    chart, (pane,) = new_chart((height,), title, captions.note(run))
    if found is None:
        say(pane, "no minute was evaluated")
        return chart
    _draw(pane, found, rows)
    return chart


def shown(found: Funnel) -> list[FunnelRow]:
    """The gates that stopped a minute; parts of a trigger (with a dot) stop nothing."""
    return [row for row in found.rows if row.stopped]


def silent(found: Funnel) -> str:
    """Which gates stopped nothing, and which were never asked."""
    gates = [row for row in found.rows if not row.stopped and "." not in row.gate]
    passed = ", ".join(row.gate for row in gates if row.reached)
    unasked = ", ".join(row.gate for row in gates if not row.reached)
    parts = (
        f"stopped nothing: {passed}" * bool(passed),
        f"never reached: {unasked}" * bool(unasked),
    )
    return "; ".join(part for part in parts if part)


def _draw(pane: "Axes", found: Funnel, rows: list[FunnelRow]) -> None:
    places = range(len(rows))
    went_on = [row.reached - row.stopped for row in rows]
    stopped = [row.stopped for row in rows]
    pane.barh(places, went_on, color=palette.SKY, height=0.72)
    pane.barh(places, stopped, left=went_on, color=palette.DOWN, height=0.72, alpha=0.85)
    for place, row in enumerate(rows):
        text = f"  {row.stopped} of {row.reached} stopped"
        pane.text(row.reached, place, text, va="center", fontsize=8, color=palette.INK)
    pane.barh([len(rows)], [found.passed], color=palette.SIGNAL, height=0.72)
    pane.text(found.passed, len(rows), f"  {found.passed} signals", va="center", fontsize=8)
    pane.set_yticks([*places, len(rows)], [*(row.gate for row in rows), "signal"])
    pane.yaxis.tick_left()
    pane.invert_yaxis()
    pane.grid(False, axis="y")
    pane.set_xlabel(silent(found), fontsize=7.5, color=palette.FAINT, loc="left", wrap=True)
    pane.set_xlim(0, found.evaluated * 1.22)
