"""The writer of the bar store."""

import datetime as dt
import os
from contextlib import ExitStack
from pathlib import Path

from rustro_kernel.domain.bars import Bar, Timeframe
from rustro_kernel.domain.errors import BadData
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.market_time import DAY, midnight_ns, show_time
from rustro_kernel.records.bars import closed_days, compaction, places
from rustro_kernel.records.bars.block import FRAMES, Row, content
from rustro_kernel.records.bars.columns import CORRECTED, PASSING, Columns, bar_of, flags_of
from rustro_kernel.records.bars.dates import dates_in
from rustro_kernel.records.bars.day_log import Damage
from rustro_kernel.records.bars.hot import Ring, Rings
from rustro_kernel.records.bars.merging import Mode, Written
from rustro_kernel.records.bars.reader import BarReader
from rustro_kernel.records.bars.writing import Known, Logs, day_number
from rustro_kernel.records.file_lock import FileLock
from rustro_kernel.records.files import DiskFile, OpenFile

_NUMBER = {frame: number for number, frame in enumerate(FRAMES)}


class BarStore:
    """Keeps every completed bar; one writer at a time, used by one thread at a time.

    `append` only queues: an `OSError` of the disk comes out of `flush` and `sync`, nothing is lost
    by it, and the next call goes on with what was not written.

    Args:
        folder: The store: `<state.dir>/bars`; made if missing.
        hot: Bars of a series kept in memory.
        open_file: Opens a log.

    Attributes:
        read: Reads what is on disk.

    Raises:
        AlreadyRunning: If another process writes to the store.
        OSError: If the folder cannot be made or written.
    """

    def __init__(self, folder: Path, hot: int = 500, *, open_file: OpenFile = DiskFile) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(
            folder / places.LOCK, f"the bar store {folder}", f"process {os.getpid()}"
        )
        self._folder, self._hot = folder, hot
        self.read = BarReader(folder)
        self._logs = Logs(folder, open_file)
        self._known = Known(self._day)
        self._rings: Rings = {}

    @property
    def damage(self) -> list[Damage]:
        """What had to be taken out of logs since the store was opened."""
        return self._logs.damage

    def append(
        self,
        key: InstrumentKey,
        timeframe: Timeframe,
        bar: Bar,
        *,
        corrected: bool = False,
        synthetic: bool = False,
    ) -> bool:
        """Take a completed bar; false if the same one is stored already.

        One that comes after a later one of its series is marked corrected.

        Raises:
            BadData: If the store has another bar with this start, and this is no correction.
        """
        number, day = _NUMBER[timeframe], day_number(bar.start_ns)
        ring, known = self._ring(key, timeframe), self._known.of(day, key, number)
        before = known.get(bar.start_ns)
        is_marked = corrected or (before is None and _is_late(bar, ring, known))
        flags = flags_of(bar, synthetic=synthetic) | CORRECTED * is_marked
        row = bar.start_ns, bar.open, bar.high, bar.low, bar.close, bar.volume
        packed = content(flags, *row)
        if before is not None:
            if _is_same(before, packed):
                return False
            if not flags & CORRECTED:
                name = f"{key} {timeframe.value} {show_time(bar.start_ns)}"
                raise BadData(name, "the store has another bar with this start")
        self._logs.add(day, Row(key, number, packed))
        known[bar.start_ns] = packed
        ring.put(bar_of(*row, flags) if is_marked else bar)
        return True

    def recent(self, key: InstrumentKey, timeframe: Timeframe, n: int = 500) -> list[Bar]:
        """The last n bars, oldest first; from memory, but for the first time."""
        ring = self._ring(key, timeframe)
        if n > self._hot:
            return self.read.recent(key, timeframe, n, self._waiting(key, timeframe))
        if not ring.is_whole:
            ring.fill(self.read.recent(key, timeframe, self._hot, self._waiting(key, timeframe)))
        return ring.bars[-n:]

    def load(self, key: InstrumentKey, timeframe: Timeframe, from_ns: int, to_ns: int) -> Columns:
        """The bars that start at `from_ns` or later and before `to_ns`, latest versions."""
        return self.read.load(key, timeframe, from_ns, to_ns, self._waiting(key, timeframe))

    def days(self, key: InstrumentKey, timeframe: Timeframe) -> dict[dt.date, int]:
        """The dates with bars, and how many; what was not flushed does not count."""
        return self.read.days(key, timeframe)

    def write_days(
        self,
        key: InstrumentKey,
        timeframe: Timeframe,
        columns: Columns,
        source: str,
        *,
        mode: Mode = "fill",
    ) -> Written:
        """Put whole days into the store at once, each file written once; durable on return.

        Args:
            key: The instrument.
            timeframe: Of the bars.
            columns: Any number of days; each start once, oldest first.
            source: Where they come from; kept for each day.
            mode: What happens to bars that are stored already.

        Raises:
            BadData: If the starts do not rise.
        """
        self.sync()
        self._fold(set(dates_in(columns)) & set(places.logged_days(self._folder)))
        written = closed_days.put(self._folder, key, timeframe, columns, source, mode)
        self._forget()
        return written

    def flush(self) -> None:
        """Hand what was appended to the system: it survives the end of this process."""
        self._logs.flush()

    def sync(self) -> None:
        """Flush, and return when all of it is on disk."""
        self._logs.sync()

    def compact(self, today: dt.date, after_days: int = 7) -> list[dt.date]:
        """Fold the logs of dates that are so old into files; returns the dates."""
        self.sync()
        last = today - dt.timedelta(after_days)
        dates = [date for date in places.logged_days(self._folder) if date <= last]
        self._fold(set(dates))
        return dates

    def prune(self, today: dt.date, keep_days: int | None) -> list[Path]:
        """Remove files that hold only dates more than so many days ago; None keeps all."""
        if keep_days is None:
            return []
        removed = compaction.prune(self._folder, today - dt.timedelta(keep_days))
        self._forget()
        return removed

    def close(self) -> None:
        """Sync and give files and lock back, even if the disk refuses."""
        with ExitStack() as closing:
            closing.callback(self._lock.release)
            closing.callback(self._logs.close)
            self.sync()

    def _fold(self, dates: set[dt.date]) -> None:
        if dates:
            self._logs.let_go()
            self._logs.damage += compaction.fold(self._folder, dates)
            self._forget()

    def _forget(self) -> None:
        """Files changed under what is kept in memory."""
        self._known.forget()
        self._rings.clear()

    def _ring(self, key: InstrumentKey, timeframe: Timeframe) -> Ring:
        ring = self._rings.get((key, timeframe))
        if ring is None:
            ring = self._rings[key, timeframe] = Ring(self._hot)
        return ring

    def _day(self, key: str, frame: int, date: dt.date) -> Columns:
        """What is stored or waits of one date."""
        name, timeframe = InstrumentKey(key), FRAMES[frame]
        return self.load(name, timeframe, midnight_ns(date), midnight_ns(date) + DAY)

    def _waiting(self, key: InstrumentKey, timeframe: Timeframe) -> list[Columns]:
        return self._logs.waiting(key, _NUMBER[timeframe])


def _is_late(bar: Bar, ring: Ring, known: dict[int, bytes]) -> bool:
    """Whether a bar of its series that begins later was stored before."""
    return ring.is_late(bar) if ring.bars else any(bar.start_ns < start for start in known)


def _is_same(before: bytes, after: bytes) -> bool:
    """Whether two contents differ in nothing but passing marks."""
    return before[1:] == after[1:] and before[0] | PASSING == after[0] | PASSING
