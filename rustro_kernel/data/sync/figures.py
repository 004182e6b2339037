"""What a sync did to one instrument, and what is still missing of it."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from rustro_kernel.brokers.angelone.history import Dropped
from rustro_kernel.data.coverage import DayCoverage, coverage
from rustro_kernel.data.importing.figures import holes_of
from rustro_kernel.data.market_hours import OpenDay
from rustro_kernel.data.sync.book import DaysRead
from rustro_kernel.data.sync.judging import Judged
from rustro_kernel.data.sync.plan import Chunk, Subject, settles_ns
from rustro_kernel.data.sync.report import Gained
from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.market_time import ist_date
from rustro_kernel.records.bars.columns import AUCTION, Columns
from rustro_kernel.records.bars.merging import Written


@dataclass
class Tally:
    """What was read of one instrument so far."""

    subject: Subject
    days: dict[dt.date, OpenDay]  # those asked about that have begun
    wanted: int  # how many of them were to be read
    unread: set[dt.date]  # those of them that were not yet
    read: int = 0
    auction: int = 0
    written: Written = field(default_factory=Written)
    dropped: list[Dropped] = field(default_factory=list)

    def add(self, chunk: Chunk, found: Judged, written: Written) -> None:
        """One more piece is stored."""
        self.read += len(chunk.dates)
        self.unread.difference_update(chunk.dates)
        self.auction += int(((found.columns.flags & AUCTION) != 0).sum())
        self.written += written
        self.dropped += found.dropped


def gained(tally: Tally, stored: Columns, read: DaysRead, now_ns: int) -> Gained:
    """The figures of an instrument; a day that goes on, or was not asked for, misses nothing yet.

    Args:
        tally: What was read of it.
        stored: All its 1m bars of the days.
        read: When which day was read.
        now_ns: The market's time.
    """
    subject = tally.subject
    over = _over(tally, stored, now_ns)
    lost = [day for day in over if day.missing and day.date not in tally.unread]
    holes, silent = holes_of(lost, subject.instrument.key)
    return Gained(
        subject.instrument.key,
        subject.name,
        known=len(tally.days) - tally.wanted,
        wanted=tally.wanted,
        read=tally.read,
        auction=tally.auction,
        written=tally.written,
        dropped=dict(Counter(each.reason for each in tally.dropped)),
        not_read=tuple(map(str, sorted(tally.unread))),
        unsettled=_unsettled(tally, read),
        missing_days=tuple(str(day.date) for day in lost if not day.present),
        holes=holes,
        silent=silent,
    )


def _over(tally: Tally, stored: Columns, now_ns: int) -> list[DayCoverage]:
    """The days that have closed; of what may not have been listed, from its first bar on."""
    closed = [date for date, day in tally.days.items() if day.traded_until_ns <= now_ns]
    if tally.subject.may_be_silent and len(stored):
        listed = ist_date(int(stored.start_ns[0]))
        closed = [date for date in closed if date >= listed]
    if not closed:
        return []
    return coverage(stored.start_ns, tally.subject.hours, Timeframe.M1, closed[0], closed[-1])


def _unsettled(tally: Tally, read: DaysRead) -> tuple[str, ...]:
    return tuple(
        str(date)
        for date, day in tally.days.items()
        if date in read and read[date].at_ns < settles_ns(day)
    )
