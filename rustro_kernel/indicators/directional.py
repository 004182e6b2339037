"""Wilder's directional movement: ADX, +DI and -DI.

Source: J. W. Wilder, New Concepts in Technical Trading Systems (1978), seeded as TA-Lib does: the
sums start with the movements of bars 1..period-1 and smoothing begins at bar `period` (0-based).
The first DI is at bar `period`, the first ADX at bar 2 * period - 1 (27 for 14). While nothing
moves the ADX stays where it is, a market that has never moved has ADX 0 and DI 0.

The array kernel in `kernels.py` repeats the arithmetic below operation by operation; the results
are equal bit for bit, which a test holds. Change both or neither.
"""

import math
from typing import TYPE_CHECKING

import msgspec

from rustro_kernel.indicators.checks import STILL, bad_bar, checked_period

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike

    from rustro_kernel.indicators.kernels import Column

INFINITY = math.inf
UNREADY = (math.nan, math.nan, math.nan)


class ADX(msgspec.Struct, gc=False):
    """ADX, +DI and -DI, one bar at a time: `ADX(14).update(high, low, close)`.

    Only `period` is yours to pass; the other fields are the state, plain numbers, so that a
    snapshot can store the object and continue it to the bit. Prices in any one unit: the values are
    percentages and do not depend on it.

    Source: J. W. Wilder, New Concepts in Technical Trading Systems (1978).

    Attributes:
        period: Bars of the smoothing.
        bars: Taken in so far.
        high: Of the last bar; `low` and `close` alike.
        plus_dm: Wilder sum of the upward movements, `period` times his average; `minus_dm` of the
            downward ones, `true_range` of the ranges.
        dx_sum: Of the first `period` DX, until there is an ADX.
        trend: The ADX itself, once there is one.

    Raises:
        BadIndicatorInput: a period below 2.
    """

    period: int = 14
    bars: int = 0
    high: float = 0.0
    low: float = 0.0
    close: float = 0.0
    plus_dm: float = 0.0
    minus_dm: float = 0.0
    true_range: float = 0.0
    dx_sum: float = 0.0
    trend: float = 0.0

    def __post_init__(self) -> None:
        self.period = checked_period("ADX", self.period, 2)

    @property
    def ready(self) -> bool:
        """Whether the ADX has a value; the DIs have theirs `period - 1` bars earlier."""
        return self.bars >= 2 * self.period

    @property
    def value(self) -> tuple[float, float, float]:
        """(adx, plus_di, minus_di) after the last bar, 0..100 each; NaN what is not ready."""
        if self.bars <= self.period:
            return UNREADY
        scale = 100.0 / self.true_range if self.true_range > STILL else 0.0
        trend = self.trend if self.bars >= 2 * self.period else math.nan
        return trend, self.plus_dm * scale, self.minus_dm * scale

    def update(self, high: float, low: float, close: float) -> tuple[float, float, float]:
        """Take in a completed bar and return the new `value`.

        Args:
            high: The highest price, in any unit.
            low: The lowest price.
            close: The last price.

        Raises:
            BadIndicatorInput: NaN, infinity, or high below low; the state is as before.
        """
        if not (0.0 <= high - low < INFINITY and -INFINITY < close < INFINITY):
            raise bad_bar("ADX", self.bars, high=high, low=low, close=close)
        high, low, close = float(high), float(low), float(close)
        if self.bars:
            self._move(high, low)
        self.high, self.low, self.close = high, low, close
        self.bars += 1
        return self.value

    def extend(  # noqa: PLR0915 - one loop over plain numbers is what makes it fast
        self, bars: "Iterable[tuple[float, float, float]]"
    ) -> list[tuple[float, float, float]]:
        """`update` with many bars of (high, low, close): the same values, to the bit, in less time.

        Raises:
            BadIndicatorInput: As `update` does; the state is then that before the bad bar.
        """
        values: list[tuple[float, float, float]] = []
        rest = iter(bars)
        while self.bars <= 2 * self.period:
            bar = next(rest, None)
            if bar is None:
                return values
            values.append(self.update(*bar))
        keep, pull = 1.0 - 1.0 / self.period, 1.0 / self.period
        was_high, was_low, last, trend = self.high, self.low, self.close, self.trend
        plus_dm, minus_dm, true_range = self.plus_dm, self.minus_dm, self.true_range
        try:
            for high, low, close in rest:
                if not (0.0 <= high - low < INFINITY and -INFINITY < close < INFINITY):
                    raise bad_bar("ADX", self.bars, high=high, low=low, close=close)
                up, down = high - was_high, was_low - low
                plus_dm = plus_dm * keep + (up if up > down and up > 0.0 else 0.0)
                minus_dm = minus_dm * keep + (down if down > up and down > 0.0 else 0.0)
                reach = (high if high > last else last) - (low if low < last else last)
                true_range = true_range * keep + reach
                total, dx, scale = plus_dm + minus_dm, trend, 0.0
                if true_range > STILL:
                    scale = 100.0 / true_range
                    if total > 0.0:
                        dx = 100.0 * (abs(plus_dm - minus_dm) / total)
                trend = trend + (dx - trend) * pull
                was_high, was_low, last = high, low, close
                self.bars += 1
                values.append((trend, plus_dm * scale, minus_dm * scale))
        finally:
            self.high, self.low, self.close = float(was_high), float(was_low), float(last)
            self.plus_dm, self.minus_dm, self.true_range = plus_dm, minus_dm, true_range
            self.trend = trend
        return values

    def _move(self, high: float, low: float) -> None:
        up = high - self.high
        down = self.low - low
        plus = up if up > down and up > 0.0 else 0.0
        minus = down if down > up and down > 0.0 else 0.0
        last = self.close
        reach = (high if high > last else last) - (low if low < last else last)
        keep = 1.0 if self.bars < self.period else 1.0 - 1.0 / self.period
        self.plus_dm = plus_dm = self.plus_dm * keep + plus
        self.minus_dm = minus_dm = self.minus_dm * keep + minus
        self.true_range = self.true_range * keep + reach
        if self.bars >= self.period:
            total = plus_dm + minus_dm
            moves = self.true_range > STILL and total > 0.0
            self._average(100.0 * (abs(plus_dm - minus_dm) / total) if moves else self.trend)

    def _average(self, dx: float) -> None:
        last_seed = 2 * self.period - 1
        if self.bars > last_seed:
            self.trend = self.trend + (dx - self.trend) * (1.0 / self.period)
            return
        self.dx_sum = self.dx_sum + dx
        if self.bars == last_seed:
            self.trend = self.dx_sum / self.period


def adx(
    high: "ArrayLike", low: "ArrayLike", close: "ArrayLike", period: int = 14
) -> "tuple[Column, Column, Column]":
    """ADX, +DI and -DI of whole columns (Wilder 1978).

    Args:
        high: one column of n numbers, oldest first; `low` and `close` alike.
        low: not above `high`.
        close: may lie outside high..low (a settlement price does).
        period: 2 or more.

    Returns:
        (adx, plus_di, minus_di), new float64 arrays of shape (n,), 0..100; NaN in the first
        2 * period - 1 bars of adx and the first `period` bars of the DIs.

    Raises:
        BadIndicatorInput: unequal lengths, not one column, not numbers, NaN or infinity, high
            below low, a period below 2.
    """
    from rustro_kernel.indicators import columns, kernels

    bars = checked_period("ADX", period, 2)
    highs, lows, closes = columns.bar_columns("ADX", high, low, close)
    out = columns.blank(closes), columns.blank(closes), columns.blank(closes)
    stopped = kernels.adx(highs, lows, closes, bars, *out)
    columns.refuse("ADX", stopped, high=highs, low=lows, close=closes)
    return out
