"""Days that were recorded tick by tick, as a backtest plays them: run folders of sim, paper, live.

What the market did is told again: instruments, bars before the day, notices, the stream's coming
and going, every tick. What the operator, the account and the machine did is not: no command, no
renewed token, no full disk. Options that the recorded session did not watch have no price.
"""

import datetime as dt
import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rustro_kernel.config import Config
from rustro_kernel.counterfactual import Counterfactual
from rustro_kernel.domain.errors import BadData, BadUsage
from rustro_kernel.domain.rules import DayRules
from rustro_kernel.domain.settings import Paper
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine.effects import Finish
from rustro_kernel.engine.inputs import (
    Backfilled,
    HistoryLoaded,
    MarketNotice,
    MasterLoaded,
    SessionStarted,
    StepDone,
    StreamChanged,
)
from rustro_kernel.engine.turn import Event
from rustro_kernel.own_strategies.chosen import stored
from rustro_kernel.records import layout
from rustro_kernel.records.input_log import read_inputs, read_others
from rustro_kernel.records.words import count
from rustro_kernel.research.history_day import Skipped
from rustro_kernel.strategies import STRATEGIES, Strategy

MARKET = (Tick, StepDone, MasterLoaded, HistoryLoaded, StreamChanged, Backfilled, MarketNotice)
"""Inputs that are told again."""
LIVE, PAPER = "live", "paper"


@dataclass(frozen=True, slots=True)
class RecordedDay:
    """One run. `fingerprint` is of its inputs, `started` its first one."""

    folder: Path
    started: SessionStarted
    fingerprint: int

    @property
    def rules(self) -> DayRules:
        """The market's facts of the day."""
        return self.started.rules

    @property
    def date(self) -> dt.date:
        """The trading day."""
        return dt.date.fromisoformat(self.rules.date)

    @property
    def own_strategy(self) -> type[Strategy] | None:
        """The strategy it was played by, if that is none of the built-in ones."""
        name = self.started.strategy
        return None if name in STRATEGIES else stored(self.folder)[name]

    @property
    def mode(self) -> str:
        """What the day is played as: orders go to paper, never to a broker."""
        return PAPER if self.started.mode == LIVE else self.started.mode


class RecordedDays:
    """Run folders, oldest first.

    Args:
        days: At least one.

    Raises:
        BadUsage: If two are of the same date.
    """

    def __init__(self, days: Iterable[RecordedDay]) -> None:
        self._days = sorted(days, key=lambda day: day.date)
        self.dates = tuple(day.date for day in self._days)
        if twice := [date for date in self.dates if self.dates.count(date) > 1]:
            raise BadUsage(f"two of the runs are of {twice[0]}: a day is played once")
        self.fingerprints = {day.date: day.fingerprint for day in self._days}
        content = hashlib.sha256(repr(sorted(self.fingerprints.items())).encode()).hexdigest()
        self.identity = f"recorded ticks of {count(len(self._days), 'run')} sha256:{content}"
        self.underlying = "+".join(self.underlyings)
        self.synthetic = tuple(
            dict.fromkeys(part for day in self._days for part in day.started.synthetic)
        )
        self.option_bars = None
        self.skipped: Sequence[Skipped] = ()

    @classmethod
    def load(cls, folders: Sequence[Path]) -> "RecordedDays":
        """Read what identifies each run.

        Raises:
            BadData: If one holds no run, or ends before its market did.
            BadUsage: If two are of the same date.
            DamagedRecord: If its records cannot be read.
        """
        return cls(map(_recorded, folders))

    @property
    def underlyings(self) -> tuple[str, ...]:
        """Those that all of the runs watched."""
        named = [{c.underlying for c in day.rules.contracts} for day in self._days]
        return tuple(sorted(set.intersection(*named)))

    def between(self, first: dt.date | None, last: dt.date | None) -> Sequence[int]:
        """The numbers of the days from `first` to `last`, both included; None: no limit.

        Raises:
            BadUsage: If there is none.
        """
        start = bisect_left(self.dates, first) if first else 0
        end = bisect_right(self.dates, last) if last else len(self.dates)
        if end <= start:
            raise BadUsage(f"no run is of those dates; there is {', '.join(map(str, self.dates))}")
        return range(start, end)

    def day(self, number: int) -> RecordedDay:
        """A day by its number, from 0 on."""
        return self._days[number]

    @property
    def newest(self) -> RecordedDay:
        """The last run."""
        return self._days[-1]

    def refuse_other(self, cfg: Config) -> None:
        """Refuse settings under which something is traded that was not recorded.

        Raises:
            BadUsage: With its name.
        """
        if lacking := sorted(set(cfg.market.underlyings) - set(self.underlyings)):
            raise BadUsage(f"{', '.join(lacking)} was not recorded by every one of the runs")


class TickDriver:
    """One recorded day under other settings, once. Like `minutes.DayDriver`."""

    def __init__(
        self,
        day: RecordedDay,
        started: SessionStarted,
        strategies: Mapping[str, type[Strategy]],
        paper: Paper,
    ) -> None:
        self.events: list[Event] = []
        self._day, self._started = day, started
        self._course = Counterfactual(started, paper, strategies, self.events.append)

    def run(self) -> Finish:
        """Play the day to its end.

        Raises:
            DamagedRecord: If its inputs cannot be read.
        """
        inputs = read_inputs(self._day.folder)
        self._course.feed(next(inputs).ts, self._started)
        for given in inputs:
            if isinstance(given.body, MARKET):
                self._course.feed(given.ts, given.body)
        self._course.end()
        return self._course.finish or Finish("the day ended before the session did", 1)


def run_folders(data: object) -> list[Path]:
    """The run folders that data name: one, or a sequence of them; none if they name none."""
    given = [data] if isinstance(data, str | Path) else data
    if not isinstance(given, Sequence) or not given:
        return []
    paths = [Path(each).expanduser() for each in given if isinstance(each, str | Path)]
    is_run = len(paths) == len(given) and all(path.is_dir() for path in paths)
    return paths if is_run else []


def _recorded(folder: Path) -> RecordedDay:
    if not (folder / layout.INPUTS).is_file():
        raise BadData(str(folder), f"holds no run: there is no {layout.INPUTS}")
    inputs = list(read_others(folder))
    if not inputs or not isinstance(started := inputs[0].body, SessionStarted):
        raise BadData(str(folder), "holds no beginning of a run")
    if inputs[-1].ts < started.rules.derivative_legs[-1].close_ns:
        raise BadData(str(folder), "ends before the market did: only whole days are played")
    return RecordedDay(folder, started, _print(folder))


def _print(folder: Path) -> int:
    """56 bits of a hash over the recorded inputs."""
    content = hashlib.sha256()
    for name in (layout.INPUTS, layout.TICKS):
        if (path := folder / name).is_file():
            content.update(path.read_bytes())
    return int.from_bytes(content.digest()[:7])
