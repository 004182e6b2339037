"""The two axes of a chart: Indian times under bars that stand side by side, round prices beside."""

import math
from collections.abc import Callable, Sequence

from rustro_kernel.domain.bars import Bar, Timeframe
from rustro_kernel.domain.market_time import HOUR, IST_OFFSET, MINUTE, ist_date, show_clock

MOST_LABELS = 11
STEPS_NS = (5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR)
EDGE = 1 / 40
"""A label in the outermost part of the axis would be cut."""


def labels(bars: Sequence[Bar], first: float, last: float, frame: Timeframe) -> dict[int, str]:
    """IST labels of the visible part, by the number of the bar they stand under.

    Clock times; the date where it changes, which is all there is room for across many days.
    """
    edge = (last - first) * EDGE
    start, end = max(math.ceil(first + edge), 0), min(math.floor(last - edge), len(bars) - 1)
    numbers = range(start, end + 1)
    if frame is Timeframe.D1:
        return _thinned(_where(bars, numbers, _is_new_month), bars) or _dated(bars, numbers)
    days = _where(bars, numbers, _is_new_day)
    most = max(MOST_LABELS * len(numbers) / (last - first), 1)
    for step_ns in STEPS_NS:
        found = [n for n in numbers if (bars[n].start_ns + IST_OFFSET) % step_ns == 0 or n in days]
        if len(found) <= most and (len(found) > 1 or not days):
            return {n: _date(bars[n]) if n in days else _clock(bars[n]) for n in found}
    return _thinned(days, bars)


def nice_prices(low: float, high: float, most: int = 8) -> list[float]:
    """Round prices inside a range, in steps of 1, 2, 2.5 or 5 times a power of ten."""
    step = nice_step(high - low, most)
    numbers = range(math.ceil(low / step), math.floor(high / step) + 1)
    return [round(number * step, 2) for number in numbers]


def nice_step(length: float, most: int) -> float:
    """The smallest round step that goes into a length at most so often."""
    power = 10.0 ** math.floor(math.log10(length / most))
    steps = (power * factor for factor in (1.0, 2.0, 2.5, 5.0, 10.0))
    return next(s for s in steps if length / s <= most)


def fitted(bars: Sequence[Bar], air: float = 0.08) -> tuple[float, float]:
    """The price range of the visible bars with some air, in rupees."""
    if not bars:
        return 0.0, 100.0
    return roomy(min(b.low for b in bars) / 100, max(b.high for b in bars) / 100, air)


def roomy(low: float, high: float, air: float = 0.08) -> tuple[float, float]:
    """A range with some air around it."""
    margin = max((high - low) * air, 0.5)
    return round(low - margin, 2), round(high + margin, 2)


def _where(
    bars: Sequence[Bar], numbers: range, begins: Callable[[Bar, Bar], bool]
) -> dict[int, None]:
    """The numbers of bars before which something new begins."""
    return dict.fromkeys(n for n in numbers if n and begins(bars[n - 1], bars[n]))


def _is_new_day(before: Bar, bar: Bar) -> bool:
    return ist_date(before.start_ns) != ist_date(bar.start_ns)


def _is_new_month(before: Bar, bar: Bar) -> bool:
    return ist_date(before.start_ns).month != ist_date(bar.start_ns).month


def _thinned(numbers: dict[int, None], bars: Sequence[Bar]) -> dict[int, str]:
    every = -(-len(numbers) // MOST_LABELS) or 1
    return {n: _date(bars[n]) for n in list(numbers)[::every]}


def _dated(bars: Sequence[Bar], numbers: range) -> dict[int, str]:
    return _thinned(dict.fromkeys(numbers), bars)


def _date(bar: Bar) -> str:
    return f"{ist_date(bar.start_ns):%d %b}"


def _clock(bar: Bar) -> str:
    return show_clock(bar.start_ns)[:5]
