"""The day of an underlying: candles, what was traded, and the premium with its stops."""

from typing import TYPE_CHECKING

from rustro_kernel.domain.bars import SPAN_NS, Timeframe
from rustro_kernel.engine.events.positions import PositionClosed
from rustro_widgets.charts import captions, palette
from rustro_widgets.charts.axis import SessionAxis, axis_of
from rustro_widgets.charts.candles import draw_candles
from rustro_widgets.charts.premium import draw_premiums
from rustro_widgets.charts.run_data import RunData, Source, load

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from rustro_widgets.charts.figure import Chart


def day(source: Source, *, timeframe: str = "5m", underlying: str | None = None) -> "Chart":
    """Candles with entries and exits; below, the premium of each trade with stop and trail.

    Args:
        source: A run folder, or its data.
        timeframe: Of the candles: "1m", "5m", "15m" or "1h".
        underlying: Which one, if the run has several; the first by default.

    Raises:
        FileNotFoundError: If there is no such folder.
        KeyError: If the run has no such underlying.
    """
    from rustro_widgets.charts.figure import new_chart, say, use_axis

    run = load(source)
    name = captions.first_underlying(run, underlying)
    bars = run.bars_of(name, timeframe)
    axis = axis_of(bars, SPAN_NS[Timeframe(timeframe)])
    trades = trades_of(run, name)
    heights = (3.6, 2.0) if trades else (3.6,)
    title = captions.title(run, f"{name}, {timeframe}: {counted(len(trades))}")
    chart, panes = new_chart(heights, title, captions.note(run))
    use_axis(panes[-1], axis)
    draw_candles(panes[0], bars)
    mark_trades(panes[0], axis, trades)
    if not bars:
        say(panes[0], "no completed bar in this run")
    if not trades:
        return chart
    use_axis(panes[0], axis)
    panes[0].tick_params(labelbottom=False)
    draw_premiums(panes[1], axis, run, trades)
    return chart


def trades_of(run: RunData, name: str) -> list[PositionClosed]:
    """The closed trades of an underlying."""
    return [trade for trade in run.trades if trade.underlying == name]


def mark_trades(pane: "Axes", axis: SessionAxis, trades: list[PositionClosed]) -> None:
    """An arrow where each trade began, a cross where it ended, and a line between."""
    from rustro_widgets.charts.figure import label

    for trade in trades:
        start = axis.place(trade.entry_ns), trade.entry_underlying_paise / 100
        end = axis.place(trade.exit_ns), trade.exit_underlying_paise / 100
        pane.plot([start[0], end[0]], [start[1], end[1]], color=palette.INK, linestyle=":")
        arrow = "^" if trade.right == "CE" else "v"
        pane.plot(*start, arrow, color=palette.INK, markersize=9, markeredgecolor="white")
        pane.plot(*end, "X", color=palette.INK, markersize=8, markeredgecolor="white")
        label(pane, start, f"{trade.trigger} {trade.right}", palette.INK, (0, 12))
        label(pane, end, outcome(trade), result_colour(trade), (0, -18))


def counted(trades: int) -> str:
    """How many, in words."""
    return f"{trades or 'no'} trade{'s' if trades > 1 else ''}"


def outcome(trade: PositionClosed) -> str:
    """Why it ended and what it came to."""
    return f"{trade.reason} {trade.net_paise / 100:+,.0f}"


def result_colour(trade: PositionClosed) -> str:
    """Gain or loss, net."""
    return palette.UP if trade.net_paise >= 0 else palette.DOWN
