"""The bars before the day, from the recorded inputs, with the ADX the engine saw of them."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from rustro_kernel.domain.bars import Bar, Timeframe
from rustro_kernel.engine.inputs import HistoryLoaded, SessionStarted
from rustro_kernel.indicators import ADX
from rustro_kernel.records.input_log import read_others
from rustro_kernel.records.lines import until_damage
from rustro_widgets.charts.captions import first_underlying
from rustro_widgets.charts.run_data import Source, load


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


def hourly_bars(source: Source, underlying: str | None = None) -> list[Bar]:
    """The full hours that the last hourly ADX of a run was computed from, oldest first.

    Args:
        source: A run folder, or its data.
        underlying: Which one, if the run has several; the first by default.

    Raises:
        FileNotFoundError: If there is no such folder.
        KeyError: If the run has no such underlying.
    """
    run = load(source)
    name = first_underlying(run, underlying)
    hours = {hour for hour, verdict in run.alignments if verdict.underlying == name}
    before = window(seen(run.folder), run.keys.get(name, ""), Timeframe.H1)
    return before + [bar for bar in run.bars_of(name, "1h") if bar.start_ns in hours]
