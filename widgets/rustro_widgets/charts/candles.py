"""Candles on a session axis."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rustro_kernel.domain.bars import Bar
from rustro_widgets.charts import palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH = 0.7


def draw_candles(pane: "Axes", bars: Sequence[Bar]) -> None:
    """Filled bodies with wicks, in rupees; auction bars are pale."""
    from matplotlib.collections import LineCollection, PolyCollection

    colours = [colour(bar) for bar in bars]
    wicks = [[(i, bar.low / 100), (i, bar.high / 100)] for i, bar in enumerate(bars)]
    pane.add_collection(LineCollection(wicks, colors=colours, linewidths=0.9))
    bodies = [body(i, bar) for i, bar in enumerate(bars)]
    pane.add_collection(
        PolyCollection(bodies, facecolors=colours, edgecolors=colours, linewidths=0.6)
    )
    pane.set_ylim(*price_range(bars))


def colour(bar: Bar) -> str:
    """Up, down, or outside the continuous hours."""
    if bar.auction:
        return palette.GRID
    return palette.UP if bar.close >= bar.open else palette.DOWN


def body(index: int, bar: Bar) -> list[tuple[float, float]]:
    """The four corners of a candle's body."""
    left, right = index - WIDTH / 2, index + WIDTH / 2
    low, high = min(bar.open, bar.close) / 100, max(bar.open, bar.close) / 100
    return [(left, low), (right, low), (right, high), (left, high)]


def price_range(bars: Sequence[Bar], air: float = 0.06) -> tuple[float, float]:
    """From the lowest low to the highest high with some air, in rupees."""
    if not bars:
        return 0.0, 1.0
    low, high = min(b.low for b in bars) / 100, max(b.high for b in bars) / 100
    margin = (high - low) * air or 1.0
    return low - margin, high + margin
