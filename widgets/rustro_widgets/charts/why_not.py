"""The why-not strip: one cell a minute, coloured by the first gate that said no."""

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from rustro_kernel.domain.market_time import MINUTE
from rustro_widgets.charts import captions, palette
from rustro_widgets.charts.axis import SessionAxis, axis_of
from rustro_widgets.charts.run_data import RunData, Source, load

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from rustro_widgets.charts.figure import Chart

SIGNAL = "signal"


class Cell(NamedTuple):
    """One evaluated minute; `reason` is a gate's name, or SIGNAL."""

    start_ns: int
    reason: str


def why_strip(source: Source, *, underlying: str | None = None) -> "Chart":
    """What stood in the way, minute by minute; a signal is a black bar over the full height.

    Args:
        source: A run folder, or its data.
        underlying: Which one, if the run has several; the first by default.

    Raises:
        FileNotFoundError: If there is no such folder.
        KeyError: If the run has no such underlying.
    """
    from rustro_widgets.charts.figure import legend, new_chart, say, use_axis

    run = load(source)
    name = captions.first_underlying(run, underlying)
    found, axis = cells(run, name), axis_of(run.bars_of(name))
    title = captions.title(run, f"{name}: the first gate that said no")
    chart, (pane,) = new_chart((1.1,), title, captions.note(run))
    use_axis(pane, axis)
    pane.set_yticks([])
    pane.set_ylim(0, 1)
    pane.grid(False)
    if not found:
        say(pane, "no minute was evaluated")
        return chart
    _draw(pane, axis, found)
    legend(pane, 6, is_below=True)
    return chart


def cells(run: RunData, name: str) -> list[Cell]:
    """The evaluated minutes of an underlying, oldest first."""
    return [
        Cell(d.at_ns - MINUTE, d.first_no or SIGNAL) for d in run.decisions if d.underlying == name
    ]


def counts(found: list[Cell]) -> list[tuple[str, int]]:
    """Reasons with their number of minutes: signals first, then the most frequent."""
    counted = Counter(cell.reason for cell in found)
    return sorted(counted.items(), key=lambda item: (item[0] != SIGNAL, -item[1], item[0]))


def _draw(pane: "Axes", axis: SessionAxis, found: list[Cell]) -> None:
    for reason, number in counts(found):
        is_signal = reason == SIGNAL
        spans = [(axis.place(c.start_ns), 1.0) for c in found if c.reason == reason]
        pane.broken_barh(
            [(left - 0.6, 2.2) for left, _ in spans] if is_signal else spans,
            (0.0, 1.0) if is_signal else (0.08, 0.84),
            facecolors=palette.SIGNAL if is_signal else palette.gate_colour(reason),
            linewidth=0,
            zorder=3 if is_signal else 2,
            label=f"{reason} ({number})",
        )
