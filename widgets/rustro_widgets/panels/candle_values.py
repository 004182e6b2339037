"""What the live chart shows: pure, in rupees, on an axis that counts bars."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from rustro_kernel.domain.bars import Bar
from rustro_kernel.domain.market_time import HOUR, IST_OFFSET, MINUTE, show_clock
from rustro_kernel.engine.view import MarkerView, UnderlyingView, View

Ohlc = tuple[float, float, float, float]
LIVE_BARS = 2
FEW_BARS = 4
"""Below so many all bars stand in the live mark: one bar alone is drawn as wide as the chart."""
ALL = 0


class Candles(NamedTuple):
    """Positions on the axis and prices, one for each bar."""

    x: list[int]
    ohlc: list[Ohlc]


class ChartValues(NamedTuple):
    """Everything the chart draws."""

    history: Candles
    live: Candles
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    ticks: dict[int, str]
    prices: list[float]
    last_price: float
    markers: dict[str, list[tuple[float, float]]]  # kind -> (x, y)


def chart_values(view: View, shown: int = ALL) -> ChartValues:
    """The chart of the first underlying.

    Args:
        view: The read model.
        shown: How many bars from the right are visible; 0: all.
    """
    underlying = view.underlyings[0] if view.underlyings else None
    bars = all_bars(underlying)
    first = max(len(bars) - shown, 0) if shown else 0
    cut = len(bars) - LIVE_BARS if len(bars) >= FEW_BARS else 0
    live = candles(bars[cut:], cut) if len(bars) >= LIVE_BARS else Candles([], [])
    y_range = fitted(bars[first:])
    return ChartValues(
        history=candles(bars[:cut], 0),
        live=live,
        x_range=(first - 1.0, max(len(bars), first + 30) + 2.0),
        y_range=y_range,
        ticks=labels(bars, first),
        prices=nice_prices(*y_range),
        last_price=underlying.price_paise / 100 if underlying else 0.0,
        markers=placed(view.markers, bars),
    )


def all_bars(underlying: UnderlyingView | None) -> tuple[Bar, ...]:
    """The minutes of today, the one being built last."""
    if underlying is None:
        return ()
    partial = underlying.partial
    return underlying.bars if partial is None else (*underlying.bars, partial)


def candles(bars: Sequence[Bar], first: int) -> Candles:
    """Bars in rupees, counted from `first`."""
    prices = [(b.open / 100, b.high / 100, b.low / 100, b.close / 100) for b in bars]
    return Candles(list(range(first, first + len(bars))), prices)


def fitted(bars: Sequence[Bar], air: float = 0.08) -> tuple[float, float]:
    """The price range of the visible bars with some air, in rupees."""
    if not bars:
        return 0.0, 100.0
    low, high = min(b.low for b in bars) / 100, max(b.high for b in bars) / 100
    margin = max((high - low) * air, 0.5)
    return round(low - margin, 2), round(high + margin, 2)


def labels(bars: Sequence[Bar], first: int) -> dict[int, str]:
    """The labels of the visible part; one at the very edge would be cut."""
    every_ns = HOUR if len(bars) - first > 150 else 15 * MINUTE
    edge = first + (len(bars) - first) // 40 if first else 0
    return {n: text for n, text in ticks(bars, every_ns).items() if n >= edge}


def ticks(bars: Sequence[Bar], every_ns: int) -> dict[int, str]:
    """IST labels by the number of the bar they stand under."""
    return {
        number: show_clock(bar.start_ns)[:5]
        for number, bar in enumerate(bars)
        if (bar.start_ns + IST_OFFSET) % every_ns == 0
    }


def nice_prices(low: float, high: float, most: int = 8) -> list[float]:
    """Round prices inside a range, in steps of 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    steps = (power * factor for factor in (1.0, 2.0, 2.5, 5.0, 10.0))
    step = next(s for s in steps if (high - low) / s <= most)
    numbers = range(math.ceil(low / step), math.floor(high / step) + 1)
    return [round(number * step, 2) for number in numbers]


def placed(
    markers: Sequence[MarkerView], bars: Sequence[Bar]
) -> dict[str, list[tuple[float, float]]]:
    """Markers by kind, at the bar of their minute."""
    numbers = {bar.start_ns // MINUTE: number for number, bar in enumerate(bars)}
    found: dict[str, list[tuple[float, float]]] = {}
    for marker in markers:
        number = numbers.get(marker.ts_ns // MINUTE)
        if number is not None:
            point = (float(number), marker.underlying_paise / 100)
            found.setdefault(marker.kind, []).append(point)
    return found
