"""EMA, ADX with its DIs and RSI of a chart's bars: the engine's streams on the engine's bars."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from rustro_kernel.domain.bars import Bar, Timeframe
from rustro_kernel.indicators import ADX, EMA, RSI
from rustro_widgets.panels.candle_bars import Bars, fed


class HasKey(Protocol):
    """A setting of the session."""

    @property
    def key(self) -> str: ...  # noqa: D102
    @property
    def value(self) -> object: ...  # noqa: D102


class Rules(NamedTuple):
    """Periods and thresholds of the strategy, as they are in force."""

    ema_period: int = 9
    adx_period: int = 14
    rsi_period: int = 14
    rsi_low: float = 40.0
    rsi_high: float = 60.0
    daily_adx_threshold: float = 25.0
    hourly_adx_threshold: float = 25.0

    def adx_threshold(self, frame: Timeframe) -> float:
        """The day's own for days, the hour's for all that is shorter."""
        return self.daily_adx_threshold if frame is Timeframe.D1 else self.hourly_adx_threshold


def rules_of(settings: Iterable[HasKey]) -> Rules:
    """The rules among a session's settings; what is not there has its default."""
    found = {setting.key.removeprefix("strategy."): setting.value for setting in settings}
    return Rules(**{name: found[name] for name in Rules._fields if name in found})  # type: ignore[arg-type]  # the settings' own types


class Columns(NamedTuple):
    """Values by bar: `at` are the bars' numbers. Rupees and 0..100; NaN where not ready."""

    at: list[int]
    ema: list[float]
    adx: list[float]
    plus: list[float]
    minus: list[float]
    rsi: list[float]


class Studies:
    """Carries indicators on as bars are added; begins anew where bars have changed."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._begin()

    def of(self, bars: Bars) -> Columns:
        """The values after each complete bar."""
        at = fed(bars)
        wanted = [bars.all[number] for number in at]
        known = len(self._bars)
        if self._bars != wanted[:known]:
            self._begin()
            known = 0
        self._take(wanted[known:])
        adx, plus, minus = ([value[part] for value in self._strength] for part in range(3))
        return Columns(at, self._ema[:], adx, plus, minus, self._rsi[:])

    def _begin(self) -> None:
        rules = self.rules
        self._streams = EMA(rules.ema_period), ADX(rules.adx_period), RSI(rules.rsi_period)
        self._bars: list[Bar] = []
        self._ema: list[float] = []
        self._rsi: list[float] = []
        self._strength: list[tuple[float, float, float]] = []

    def _take(self, bars: Sequence[Bar]) -> None:
        """Paise go in, as in the engine: the order of float operations is part of a value."""
        ema, adx, rsi = self._streams
        self._bars += bars
        self._ema += [ema.update(bar.close) / 100 for bar in bars]
        self._rsi += [rsi.update(bar.close) for bar in bars]
        self._strength += adx.extend([(bar.high, bar.low, bar.close) for bar in bars])
