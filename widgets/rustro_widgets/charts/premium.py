"""The pane of option premiums: price, entry, stop and trailing stop of each trade."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.engine.events.positions import PositionClosed
from rustro_widgets.charts import palette
from rustro_widgets.charts.axis import SessionAxis
from rustro_widgets.charts.run_data import RunData

if TYPE_CHECKING:
    from matplotlib.axes import Axes

AROUND_NS = 10 * MINUTE
"""How much of the premium is shown before the entry and after the exit."""


class Curve(NamedTuple):
    """Times in ns and prices in rupees."""

    times: list[int]
    prices: list[float]


def premium(run: RunData, trade: PositionClosed) -> Curve:
    """The option's minute closes around a trade."""
    since, until = trade.entry_ns - AROUND_NS, trade.exit_ns + AROUND_NS
    bars = [b for b in run.bars_of(trade.symbol) if since <= b.start_ns <= until]
    return Curve([b.start_ns + MINUTE for b in bars], [b.close / 100 for b in bars])


def stop_steps(run: RunData, trade: PositionClosed) -> Curve:
    """The stop in force at each moment of a trade: the fixed one, then the trailing one."""
    moves = [(ts, m.stop_paise / 100) for ts, m in run.stops if m.position_id == trade.position_id]
    times = [ts for ts, _ in moves] + [trade.exit_ns] * bool(moves)
    prices = [price for _, price in moves] + [price for _, price in moves[-1:]]
    return Curve(times, prices)


def draw_premiums(
    pane: "Axes", axis: SessionAxis, run: RunData, trades: Sequence[PositionClosed]
) -> None:
    """Draw every trade's stretch; the labels of the legend appear once."""
    from rustro_widgets.charts.figure import legend

    for number, trade in enumerate(trades):
        _draw(pane, axis, run, trade, is_first=number == 0)
    pane.set_ylabel("premium, Rs", fontsize=8.5, color=palette.FAINT)
    pane.margins(y=0.2)
    legend(pane, 3)


def _draw(
    pane: "Axes", axis: SessionAxis, run: RunData, trade: PositionClosed, *, is_first: bool
) -> None:
    from rustro_widgets.charts.figure import label

    price, stop = premium(run, trade), stop_steps(run, trade)
    names = ("premium", "entry", "stop") if is_first else ("_", "_", "_")
    start, end = axis.place(trade.entry_ns), axis.place(trade.exit_ns)
    bought = trade.buy_value_paise / trade.units / 100
    sold = trade.sell_value_paise / trade.units / 100
    pane.plot(_placed(axis, price), price.prices, color=palette.INK, linewidth=1.3, label=names[0])
    held, paid = [start, end], [bought, bought]
    pane.plot(held, paid, color=palette.GREEN, linewidth=1.1, linestyle="--", label=names[1])
    levels = stop.prices
    pane.step(
        _placed(axis, stop), levels, where="post", color=palette.DOWN, linewidth=1.3, label=names[2]
    )
    pane.plot(start, bought, "^", color=palette.GREEN, markersize=8, markeredgecolor="white")
    pane.plot(end, sold, "X", color=palette.DOWN, markersize=7, markeredgecolor="white")
    lowest = stop.prices[0] if stop.prices else bought
    label(
        pane, (start, lowest), f"{trade.strike_paise // 100} {trade.right}", palette.FAINT, (2, -11)
    )


def _placed(axis: SessionAxis, curve: Curve) -> list[float]:
    return [axis.place(ts) for ts in curve.times]
