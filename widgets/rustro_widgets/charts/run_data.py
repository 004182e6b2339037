"""What the charts need of a run folder, read in one place and in one pass."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from rustro_kernel.domain.bars import Bar
from rustro_kernel.engine.events import positions as p, strategy as s
from rustro_kernel.engine.events.market import BarCorrected, BarReady
from rustro_kernel.engine.events.payload import Payload
from rustro_kernel.engine.events.startup import (
    ConfigLoaded,
    DataIdentified,
    HistorySyncCompleted,
    LogInitialized,
    TradingDayChecked,
)
from rustro_kernel.engine.turn import Event
from rustro_kernel.records.bars.stated import StatedBar, bar_of, standing
from rustro_kernel.records.ledger import Slim, decode_event, ledger_lines
from rustro_kernel.records.lines import until_damage
from rustro_kernel.records.pick import said, stated

P = TypeVar("P", bound=Payload)
Timed = tuple[tuple[int, P], ...]
"""Payloads with the time they were stated at, ns."""

StopMoved = p.PositionOpened | p.TrailingStopActivated | p.TrailingStopUpdated

WANTED: frozenset[str] = frozenset(
    cls.__name__
    for cls in (
        *(LogInitialized, ConfigLoaded, DataIdentified, TradingDayChecked, HistorySyncCompleted),
        *(
            BarReady,
            BarCorrected,
            s.DailyDirectionDetermined,
            s.HourlyAnalysisRequired,
            s.HourlyAlignmentDetermined,
        ),
        *(s.EntryEvaluated, s.SignalGenerated),
        *(p.PositionOpened, p.PositionUpdated, p.PositionClosed),
        *(p.TrailingStopActivated, p.TrailingStopUpdated),
    )
)
"""The only events that are decoded."""

_slim = msgspec.json.Decoder(Slim)


class RunData(msgspec.Struct, frozen=True):
    """One run. Prices in paise, times in ns; everything in the order it was stated.

    Attributes:
        folder: Where it was recorded.
        session_id: Date, mode, account and what makes it the only one of that name.
        date: As YYYY-MM-DD.
        mode: sim, paper or live.
        data: Where the prices come from.
        synthetic: Which of them are invented.
        underlyings: Names of the indices, such as NIFTY.
        keys: Instrument keys by symbol.
        bars: By (symbol, timeframe), oldest first.
        directions: The day's, each with the time it was stated at.
        alignments: Each with the start of its hour.
        decisions: One a minute and underlying, with every gate.
        signals: What asked for entries and passed every gate.
        opened: Positions, each with its time; `stops` every move of a stop, `updates` their worth.
        trades: Closed positions, charges included.
    """

    folder: Path
    session_id: str
    date: str
    mode: str
    data: str
    synthetic: tuple[str, ...]
    underlyings: tuple[str, ...]
    keys: dict[str, str]
    bars: dict[tuple[str, str], tuple[Bar, ...]]
    directions: Timed[s.DailyDirectionDetermined]
    alignments: Timed[s.HourlyAlignmentDetermined]
    decisions: tuple[s.EntryEvaluated, ...]
    signals: tuple[s.SignalGenerated, ...]
    opened: Timed[p.PositionOpened]
    stops: Timed[StopMoved]
    updates: Timed[p.PositionUpdated]
    trades: tuple[p.PositionClosed, ...]

    def bars_of(self, symbol: str, timeframe: str = "1m") -> tuple[Bar, ...]:
        """The completed bars of an instrument, oldest first; none if it was not watched.

        Args:
            symbol: Of the underlying or an option.
            timeframe: "1m", "5m", "15m", "1h" or "1d".
        """
        return self.bars.get((symbol, timeframe), ())


Source = RunData | Path | str


def load(source: Source) -> RunData:
    """The data of a run folder; data that was read already is handed back.

    A folder that is still being written, or damaged, gives what is whole up to there.

    Args:
        source: A run folder, or what was loaded before.

    Raises:
        FileNotFoundError: If there is no such folder.
    """
    if isinstance(source, RunData):
        return source
    folder = Path(source)
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no run folder {folder}")
    return collected(folder, list(_wanted_events(folder)))


def _wanted_events(folder: Path) -> Iterator[Event]:
    for line in until_damage(ledger_lines(folder)):
        if _slim.decode(line).type in WANTED:
            yield decode_event(line)


def collected(folder: Path, events: list[Event]) -> RunData:
    """Sort the events of a run into its data."""
    last = {type(e.data): e.data for e in events}
    log, config = last.get(LogInitialized), last.get(ConfigLoaded)
    day, data = last.get(TradingDayChecked), last.get(DataIdentified)
    return RunData(
        folder=folder,
        session_id=log.session_id if isinstance(log, LogInitialized) else "",
        date=day.date if isinstance(day, TradingDayChecked) else "",
        mode=config.mode if isinstance(config, ConfigLoaded) else "",
        data=data.data if isinstance(data, DataIdentified) else "",
        synthetic=data.synthetic if isinstance(data, DataIdentified) else (),
        underlyings=_underlyings(events),
        keys={bar.symbol: bar.instrument for bar in said(events, BarReady)},
        bars=_bars(standing(events)),
        directions=_timed(events, s.DailyDirectionDetermined),
        alignments=_alignments(events),
        decisions=tuple(said(events, s.EntryEvaluated)),
        signals=tuple(said(events, s.SignalGenerated)),
        opened=_timed(events, p.PositionOpened),
        stops=tuple((e.ts, e.data) for e in events if isinstance(e.data, StopMoved)),
        updates=_timed(events, p.PositionUpdated),
        trades=tuple(said(events, p.PositionClosed)),
    )


def _timed(events: Iterable[Event], kind: type[P]) -> Timed[P]:
    return tuple((event.ts, data) for event, data in stated(events, kind))


def _alignments(events: Iterable[Event]) -> Timed[s.HourlyAlignmentDetermined]:
    asked = {event.seq: data.start_ns for event, data in stated(events, s.HourlyAnalysisRequired)}
    answers = stated(events, s.HourlyAlignmentDetermined)
    return tuple((asked.get(event.cause or 0, event.ts), data) for event, data in answers)


def _underlyings(events: Iterable[Event]) -> tuple[str, ...]:
    kinds = (HistorySyncCompleted, s.DailyDirectionDetermined, s.EntryEvaluated)
    return tuple(dict.fromkeys(e.data.underlying for e in events if isinstance(e.data, kinds)))


def _bars(stated_bars: Iterable[StatedBar]) -> dict[tuple[str, str], tuple[Bar, ...]]:
    """Each series, oldest first; recovered bars were stated late."""
    found: dict[tuple[str, str], list[Bar]] = {}
    for b in stated_bars:
        found.setdefault((b.symbol, b.timeframe), []).append(bar_of(b))
    return {key: tuple(sorted(bars, key=lambda b: b.start_ns)) for key, bars in found.items()}
