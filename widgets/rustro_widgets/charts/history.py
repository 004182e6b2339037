"""The bars before the day, from the recorded inputs, with the ADX the engine saw of them."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from rustro_kernel.domain.bars import Bar, Timeframe
from rustro_kernel.engine.inputs import HistoryLoaded, SessionStarted
from rustro_kernel.indicators import ADX
from rustro_kernel.records.input_log import read_others
from rustro_kernel.records.lines import until_damage


class Strength(msgspec.Struct, frozen=True):
    """ADX, +DI and -DI after one bar, 0..100; NaN where not ready."""

    start_ns: int
    adx: float
    plus: float
    minus: float


class Seen(msgspec.Struct, frozen=True):
    """What the engine was handed before the day, and the settings it read it with."""

    series: dict[tuple[str, Timeframe], tuple[Bar, ...]] = {}  # (instrument, timeframe)
    strategy: dict[str, object] = {}

    def setting(self, key: str, otherwise: int) -> int:
        """A number of the strategy's section."""
        value = self.strategy.get(key, otherwise)
        return int(value) if isinstance(value, int | float) else otherwise


def seen(folder: Path) -> Seen:
    """The history a run began with; nothing if the folder has no inputs."""
    strategy: dict[str, object] = {}
    for given in until_damage(read_others(folder)):
        if isinstance(given.body, SessionStarted):
            strategy = given.body.settings.get("strategy", {})
        if isinstance(given.body, HistoryLoaded):
            series = {(str(s.instrument), s.timeframe): s.bars for s in given.body.series}
            return Seen(series, strategy)
    return Seen({}, strategy)


def window(found: Seen, instrument: str, timeframe: Timeframe) -> list[Bar]:
    """The bars an indicator starts from: full hours only, as many as the warm-up wants."""
    bars: Iterable[Bar] = found.series.get((instrument, timeframe), ())
    if timeframe is Timeframe.H1 and found.strategy.get("hourly_stub") != "keep":
        bars = (bar for bar in bars if not bar.stub)
    if found.strategy.get("special_days") == "drop":
        bars = (bar for bar in bars if not bar.special)
    return list(bars)[-found.setting("warmup_bars", 150) :]


def strengths(bars: Sequence[Bar], period: int) -> list[Strength]:
    """The ADX after each bar, seeded at the first one."""
    stream = ADX(period)
    return [Strength(b.start_ns, *stream.update(b.high, b.low, b.close)) for b in bars]
