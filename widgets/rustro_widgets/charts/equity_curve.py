"""The day's result over time."""

from typing import TYPE_CHECKING, NamedTuple

from rustro_kernel.domain.market_time import MINUTE
from rustro_widgets.charts import captions, palette
from rustro_widgets.charts.axis import SessionAxis, axis_of
from rustro_widgets.charts.run_data import RunData, Source, load

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from rustro_widgets.charts.figure import Chart


class Point(NamedTuple):
    """The day's result from a moment on, in paise."""

    ts_ns: int
    pnl_paise: int


def equity(source: Source) -> "Chart":
    """Closed trades net of charges, open positions gross, over the day.

    Args:
        source: A run folder, or its data.

    Raises:
        FileNotFoundError: If there is no such folder.
    """
    from rustro_widgets.charts.figure import new_chart, say, use_axis

    run = load(source)
    name = captions.first_underlying(run, None)
    axis, points = axis_of(run.bars_of(name)), curve(run)
    title = captions.title(run, f"Result of the day {total(points):+,.2f} Rs")
    chart, (pane,) = new_chart((2.0,), title, captions.note(run))
    use_axis(pane, axis)
    if not points:
        say(pane, "no position was opened")
        pane.set_yticks([0])
        return chart
    _draw(pane, axis, points)
    mark_exits(pane, axis, run)
    return chart


def curve(run: RunData) -> list[Point]:
    """The result whenever it was stated anew."""
    changes: list[tuple[int, str, int, int]] = [
        *((ts, u.position_id, u.pnl_paise, 0) for ts, u in run.updates),
        *((t.exit_ns, t.position_id, 0, t.net_paise) for t in run.trades),
    ]
    gross_open: dict[str, int] = {}
    closed: dict[str, int] = {}
    points = []
    for ts, position, gross, net in sorted(changes, key=lambda c: c[0]):
        gross_open[position] = gross
        closed[position] = net
        points.append(Point(ts, sum(gross_open.values()) + sum(closed.values())))
    return points


def total(points: list[Point]) -> float:
    """The last result, in rupees."""
    return points[-1].pnl_paise / 100 if points else 0.0


def _draw(pane: "Axes", axis: SessionAxis, points: list[Point]) -> None:
    """A step line from the open to the last bar, filled against zero."""
    end = axis.starts[-1] + MINUTE if axis.starts else points[-1].ts_ns
    x = [-0.5, *(axis.place(p.ts_ns) for p in points), max(axis.place(end), 0.0)]
    y = [0.0, *(p.pnl_paise / 100 for p in points), total(points)]
    pane.axhline(0, color=palette.FAINT, linewidth=0.8)
    gain, loss = [max(v, 0.0) for v in y], [min(v, 0.0) for v in y]
    pane.fill_between(x, gain, step="post", color=palette.UP, alpha=0.2, linewidth=0)
    pane.fill_between(x, loss, step="post", color=palette.DOWN, alpha=0.2, linewidth=0)
    pane.step(x, y, where="post", color=palette.INK, linewidth=1.3)
    pane.set_ylabel("Rs", fontsize=8.5, color=palette.FAINT)
    pane.margins(y=0.15)


def mark_exits(pane: "Axes", axis: SessionAxis, run: RunData) -> None:
    """The net result of each trade at its exit."""
    from rustro_widgets.charts.figure import label

    realised = 0
    for trade in run.trades:
        realised += trade.net_paise
        at = (axis.place(trade.exit_ns), realised / 100)
        colour = palette.UP if trade.net_paise >= 0 else palette.DOWN
        pane.plot(*at, "o", color=colour, markersize=5, markeredgecolor="white")
        label(pane, at, f"{trade.reason} {trade.net_paise / 100:+,.0f}", colour, (6, -12))
