"""One sync: each piece is stored before the next one is asked for, so it can end at any moment."""

import asyncio
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from rustro_kernel.brokers.angelone.candle_rows import never
from rustro_kernel.brokers.angelone.client import Client
from rustro_kernel.brokers.angelone.history import Dropped, candles
from rustro_kernel.brokers.angelone.routes import CANDLES
from rustro_kernel.data.sync.book import Book, DayRead
from rustro_kernel.data.sync.figures import Tally, gained
from rustro_kernel.data.sync.judging import Judged, judged
from rustro_kernel.data.sync.plan import Chunk, Subject, begun, chunked, unread
from rustro_kernel.data.sync.report import SyncReport
from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.errors import BrokerTransient
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.market_time import DAY, midnight_ns
from rustro_kernel.records.bars.columns import Columns
from rustro_kernel.records.bars.dates import by_date
from rustro_kernel.records.bars.merging import Written
from rustro_kernel.records.bars.store import BarStore

SOURCE = "angelone candles"
ANSWER_S = 120.0
"""For one piece: longer than a login, and than the rests after a row of refusals."""


class Asked(NamedTuple):
    """What a sync is for; `again` reads what is there once more."""

    first: dt.date
    last: dt.date
    again: bool = False


class Step(NamedTuple):
    """A piece that is stored."""

    number: int
    of: int
    chunk: Chunk
    written: Written


class Sync:
    """Reads what is missing of some instruments. Construction reads the disk, and blocks.

    Args:
        store: Written to; its lock keeps a session out meanwhile.
        book: What was read when.
        subjects: Whose bars.
        asked: From when until when.
        now_ns: The market's time.

    Attributes:
        left: The pieces still to be read, in order.

    Raises:
        OutsideRules: If the calendar does not reach so far.
    """

    def __init__(
        self,
        store: BarStore,
        book: Book,
        subjects: Sequence[Subject],
        asked: Asked,
        now_ns: Callable[[], int],
    ) -> None:
        self._store, self._book, self._asked, self._now_ns = store, book, asked, now_ns
        self._tallies: dict[InstrumentKey, Tally] = {}
        self._done = 0
        self.left: list[Chunk] = []
        for subject in subjects:
            self._plan(subject)

    async def carry_out(
        self,
        client: Client,
        tell: Callable[[Step], None],
        is_stopped: Callable[[], bool],
        answer_s: float = ANSWER_S,
    ) -> None:
        """Read and store piece by piece, until none is left or somebody wants it to stop.

        Raises:
            BrokerError: A piece could not be had; those before it are stored.
        """
        while self.left and not is_stopped():
            chunk, asked_ns = self.left[0], self._now_ns()
            found = await _read(client, chunk, asked_ns, answer_s)
            written = await asyncio.to_thread(self._keep, chunk, found, asked_ns)
            del self.left[0]
            self._done += 1
            tell(Step(self._done, self._done + len(self.left), chunk, written))

    def report(self, ended: str = "") -> SyncReport:
        """What came of it so far. Reads the disk, and blocks."""
        now_ns = self._now_ns()
        figures = tuple(
            gained(tally, self._stored(key), self._book.days(key), now_ns)
            for key, tally in self._tallies.items()
        )
        first, last = self._asked.first.isoformat(), self._asked.last.isoformat()
        return SyncReport(now_ns, first, last, self._done, figures, ended)

    def dropped(self) -> Iterator[tuple[str, Dropped]]:
        """Every candle that was left out, with its instrument."""
        for key, tally in self._tallies.items():
            yield from ((key, each) for each in tally.dropped)

    def _plan(self, subject: Subject) -> None:
        key = subject.instrument.key
        days = begun(subject, self._asked.first, self._asked.last, self._now_ns())
        wanted = list(days)
        if not self._asked.again:
            wanted = unread(subject, days, self._stored(key), self._book.days(key))
        self._tallies[key] = Tally(subject, days, len(wanted), set(wanted))
        self.left += chunked(subject, wanted)

    def _keep(self, chunk: Chunk, found: Judged, asked_ns: int) -> Written:
        """Store first, then note: who dies in between reads the same bars once more."""
        key, columns = chunk.subject.instrument.key, found.columns
        written = self._store.write_days(key, Timeframe.M1, columns, SOURCE, mode="correct")
        counts = {date: len(bars) for date, bars in by_date(columns)}
        days = {date: DayRead(asked_ns, counts.get(date, 0)) for date in chunk.dates}
        self._book.note(key, days)
        self._tallies[key].add(chunk, found, written)
        return written

    def _stored(self, key: InstrumentKey) -> Columns:
        from_ns = midnight_ns(self._asked.first)
        return self._store.load(key, Timeframe.M1, from_ns, midnight_ns(self._asked.last) + DAY)


async def _read(client: Client, chunk: Chunk, now_ns: int, answer_s: float) -> Judged:
    """The bars of a piece; the calendar, not a clock, tells which are of an auction."""
    try:
        async with asyncio.timeout(answer_s):
            found = await candles(client, chunk.span, now_ns=now_ns, spot_close=never)
    except TimeoutError as exc:
        raise BrokerTransient(CANDLES.name, f"no answer in {answer_s:g} s") from exc
    return await asyncio.to_thread(judged, found, chunk.dates, chunk.subject.hours)
