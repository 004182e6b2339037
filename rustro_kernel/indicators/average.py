"""The exponential moving average.

Seeded as TA-Lib does: the first value, at bar `period - 1` (0-based), is the mean of the first
`period` prices; then each price pulls with the weight 2 / (period + 1).

The array kernel in `kernels.py` repeats the arithmetic below operation by operation; the results
are equal bit for bit, which a test holds. Change both or neither. (k * price + (1 - k) * average
would save a cycle but leaves TA-Lib's 1e-9 behind at long periods.)
"""

import math
from typing import TYPE_CHECKING

import msgspec

from rustro_kernel.indicators.checks import bad_bar, checked_period

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from rustro_kernel.indicators.kernels import Column


class EMA(msgspec.Struct, gc=False):
    """EMA, one price at a time: `EMA(9).update(close)`.

    Only `period` is yours to pass; the other fields are the state, plain numbers, so that a
    snapshot can store the object and continue it to the bit. Values are in the unit of the prices.

    Source: TA-Lib's definition, which starts with a mean.

    Attributes:
        period: Prices of the first mean; the weight of a later one is 2 / (period + 1).
        bars: Taken in so far.
        seed_sum: Of the first `period` prices.
        average: The EMA itself, once there is one.

    Raises:
        BadIndicatorInput: a period below 1.
    """

    period: int
    bars: int = 0
    seed_sum: float = 0.0
    average: float = 0.0

    def __post_init__(self) -> None:
        self.period = checked_period("EMA", self.period, 1)

    @property
    def ready(self) -> bool:
        """Whether there is a value: `period` prices have been seen."""
        return self.bars >= self.period

    @property
    def value(self) -> float:
        """The EMA after the last bar, in the unit of the prices; NaN before it is ready."""
        return self.average if self.ready else math.nan

    def update(self, close: float) -> float:
        """Take in a completed bar's close and return the new `value`.

        Raises:
            BadIndicatorInput: NaN or infinity; the state is as before.
        """
        if not -math.inf < close < math.inf:
            raise bad_bar("EMA", self.bars, close=close)
        close = float(close)
        if self.bars < self.period:
            self.seed_sum = self.seed_sum + close
            if self.bars == self.period - 1:
                self.average = self.seed_sum / self.period
        else:
            self.average = self.average + (close - self.average) * (2.0 / (self.period + 1.0))
        self.bars += 1
        return self.value


def ema(close: "ArrayLike", period: int) -> "Column":
    """EMA of a whole column, started with a mean as in TA-Lib.

    Args:
        close: one column of n numbers, oldest first.
        period: 1 or more.

    Returns:
        A new float64 array of shape (n,), in the unit of `close`; NaN in the first
        `period - 1` bars.

    Raises:
        BadIndicatorInput: not one column, not numbers, NaN or infinity, a period below 1.
    """
    from rustro_kernel.indicators import columns, kernels

    bars = checked_period("EMA", period, 1)
    closes = columns.column("EMA", "close", close)
    out = columns.blank(closes)
    columns.refuse("EMA", kernels.ema(closes, bars, out), close=closes)
    return out
