"""Wilder's relative strength index.

Source: J. W. Wilder, New Concepts in Technical Trading Systems (1978), seeded as TA-Lib does: the
averages start with the first `period` changes, the first value is at bar `period` (0-based). A
price that has never moved has RSI 0, as in TA-Lib (`ta` says 100, others 50).

The array kernel in `kernels.py` repeats the arithmetic below operation by operation; the results
are equal bit for bit, which a test holds. Change both or neither.
"""

import math
from typing import TYPE_CHECKING

import msgspec

from rustro_kernel.indicators.checks import bad_bar, checked_period

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from rustro_kernel.indicators.kernels import Column


class RSI(msgspec.Struct, gc=False):
    """RSI, one close at a time: `RSI(14).update(close)`.

    Only `period` is yours to pass; the other fields are the state, plain numbers, so that a
    snapshot can store the object and continue it to the bit.

    Source: J. W. Wilder, New Concepts in Technical Trading Systems (1978).

    Attributes:
        period: Changes of the smoothing.
        bars: Taken in so far.
        close: Of the last bar.
        gain: Wilder sum of the rises, `period` times his average; `loss` of the falls.

    Raises:
        BadIndicatorInput: a period below 2.
    """

    period: int = 14
    bars: int = 0
    close: float = 0.0
    gain: float = 0.0
    loss: float = 0.0

    def __post_init__(self) -> None:
        self.period = checked_period("RSI", self.period, 2)

    @property
    def ready(self) -> bool:
        """Whether there is a value: `period` changes have been seen."""
        return self.bars > self.period

    @property
    def value(self) -> float:
        """The RSI after the last bar, 0..100; NaN before it is ready."""
        if not self.ready:
            return math.nan
        total = self.gain + self.loss
        return 100.0 * (self.gain / total) if total > 0.0 else 0.0

    def update(self, close: float) -> float:
        """Take in a completed bar's close and return the new `value`.

        Raises:
            BadIndicatorInput: NaN or infinity; the state is as before.
        """
        if not -math.inf < close < math.inf:
            raise bad_bar("RSI", self.bars, close=close)
        close = float(close)
        if self.bars:
            self._move(close - self.close)
        self.close = close
        self.bars += 1
        return self.value

    def _move(self, change: float) -> None:
        keep = 1.0 if self.bars <= self.period else 1.0 - 1.0 / self.period
        self.gain = self.gain * keep + (change if change > 0.0 else 0.0)
        self.loss = self.loss * keep + (-change if change < 0.0 else 0.0)


def rsi(close: "ArrayLike", period: int = 14) -> "Column":
    """RSI of a whole column (Wilder 1978).

    Args:
        close: one column of n numbers, oldest first.
        period: 2 or more.

    Returns:
        A new float64 array of shape (n,), 0..100; NaN in the first `period` bars.

    Raises:
        BadIndicatorInput: not one column, not numbers, NaN or infinity, a period below 2.
    """
    from rustro_kernel.indicators import columns, kernels

    bars = checked_period("RSI", period, 2)
    closes = columns.column("RSI", "close", close)
    out = columns.blank(closes)
    columns.refuse("RSI", kernels.rsi(closes, bars, out), close=closes)
    return out
