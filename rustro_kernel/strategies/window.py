"""A window of completed bars with its indicators, computed once per bar as the window grows.

The window starts at a fixed place (SPEC 8), so its indicators are seeded there and a day's figures
do not depend on when a run began. Prices are paise as float64.
"""

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from rustro_kernel.domain.bars import Bar
from rustro_kernel.indicators import ADX, EMA, RSI

T = TypeVar("T")


class Column(Generic[T]):
    """One indicator over a window: a value per bar, extended when the window has grown."""

    __slots__ = ("_extend", "values")

    def __init__(self, extend: Callable[[list[Bar]], Iterable[T]]) -> None:
        self._extend = extend
        self.values: list[T] = []

    def upto(self, bars: list[Bar]) -> list[T]:
        """The values of all bars of the window."""
        values = self.values
        if len(values) < len(bars):
            values += self._extend(bars[len(values) :])
        return values


class Window:
    """Bars, oldest first, and what is derived from them. Owned by the engine: read only."""

    __slots__ = ("_adx", "_ema", "_rsi", "bars")

    def __init__(self, bars: list[Bar]) -> None:
        self.bars = bars
        self._adx: dict[int, Column[tuple[float, float, float]]] = {}
        self._rsi: dict[int, Column[float]] = {}
        self._ema: dict[int, Column[float]] = {}

    def __len__(self) -> int:
        return len(self.bars)

    def adx(self, period: int) -> list[tuple[float, float, float]]:
        """(ADX, +DI, -DI) of every bar; NaN where not ready."""
        if period not in self._adx:
            stream = ADX(period)
            self._adx[period] = Column(
                lambda bars: stream.extend([(b.high, b.low, b.close) for b in bars])
            )
        return self._adx[period].upto(self.bars)

    def rsi(self, period: int) -> list[float]:
        """RSI of every bar's close; NaN where not ready."""
        if period not in self._rsi:
            stream = RSI(period)
            self._rsi[period] = Column(lambda bars: [stream.update(b.close) for b in bars])
        return self._rsi[period].upto(self.bars)

    def ema(self, period: int) -> list[float]:
        """EMA of every bar's close, in paise; NaN where not ready."""
        if period not in self._ema:
            stream = EMA(period)
            self._ema[period] = Column(lambda bars: [stream.update(b.close) for b in bars])
        return self._ema[period].upto(self.bars)
