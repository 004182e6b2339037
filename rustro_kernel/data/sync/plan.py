"""Which days of an instrument are to be read, and in which pieces."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rustro_kernel.brokers.angelone.history import Span, chunks
from rustro_kernel.data.coverage import coverage
from rustro_kernel.data.importing.target import has_cash_hours, may_be_silent
from rustro_kernel.data.market_hours import MarketHours, OpenDay
from rustro_kernel.data.sync.book import DayRead, DaysRead
from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.instruments import Instrument, Kind
from rustro_kernel.domain.market_time import DAY, MINUTE, midnight_ns
from rustro_kernel.market_rules import MarketRules
from rustro_kernel.records.bars.columns import Columns
from rustro_kernel.records.bars.dates import by_date

SETTLED_NS = 20 * MINUTE
"""After the close: until then a broker may still change a day's first and last candles."""


@dataclass(frozen=True)
class Subject:
    """An instrument, and when it trades."""

    instrument: Instrument
    hours: MarketHours

    @property
    def name(self) -> str:
        """What a user calls it."""
        known = self.instrument
        return known.underlying if known.kind is Kind.INDEX else known.symbol

    @property
    def may_be_silent(self) -> bool:
        """Whether a minute, or the time before it was listed, may have no trade at all."""
        return may_be_silent(self.instrument.key)


class Chunk(NamedTuple):
    """Days of one instrument that one request can have, oldest first."""

    subject: Subject
    dates: tuple[dt.date, ...]

    @property
    def span(self) -> Span:
        """From the first to the last of them; days between that are known come along."""
        return _span(self.subject, self.dates)


def subjects(instruments: Iterable[Instrument], rules: MarketRules) -> list[Subject]:
    """The instruments, those of one sort with the same hours."""
    cash, derivative = MarketHours(rules), MarketHours(rules, is_index=False)
    return [
        Subject(each, cash if has_cash_hours(each.key, rules) else derivative)
        for each in instruments
    ]


def begun(subject: Subject, first: dt.date, last: dt.date, now_ns: int) -> dict[dt.date, OpenDay]:
    """The trading days between two dates of which a minute is over.

    Raises:
        OutsideRules: If the calendar does not reach so far.
    """
    days = {date: subject.hours.day(date) for date in subject.hours.rules.trading_days(first, last)}
    return {
        date: day
        for date, day in days.items()
        if isinstance(day, OpenDay) and day.legs[0].open_ns + MINUTE <= now_ns
    }


def settles_ns(day: OpenDay) -> int:
    """From when on an answer is the last word on a day."""
    return day.traded_until_ns + SETTLED_NS


def unread(
    subject: Subject, days: dict[dt.date, OpenDay], stored: Columns, read: DaysRead
) -> list[dt.date]:
    """The days to ask for: neither whole in the store nor read after they had settled.

    Args:
        subject: Of whom.
        days: Those that are wanted, oldest first.
        stored: Its 1m bars of these days.
        read: What was read of it before.
    """
    if not days:
        return []
    held = {date: len(bars) for date, bars in by_date(stored)}
    found = coverage(stored.start_ns, subject.hours, Timeframe.M1, min(days), max(days))
    whole = {day.date for day in found if not day.missing}
    first = min(held, default=dt.date.max) if subject.may_be_silent else dt.date.min

    def is_known(date: dt.date, before: DayRead | None) -> bool:
        if before is None:  # a session recorded it, or a file was imported
            return date in whole
        if before.at_ns < settles_ns(days[date]):
            return False
        if not before.bars:  # not listed yet; later, and of an index, it was no answer
            return date in whole or date < first
        return held.get(date, 0) >= before.bars

    return [date for date in days if not is_known(date, read.get(date))]


def chunked(subject: Subject, dates: Sequence[dt.date]) -> Iterator[Chunk]:
    """The days in as few requests as the broker's limits allow, oldest first."""
    left = tuple(dates)
    while left:
        _, end_ns = next(chunks(_span(subject, left)))
        count = sum(midnight_ns(date) < end_ns for date in left)
        yield Chunk(subject, left[:count])
        left = left[count:]


def _span(subject: Subject, dates: Sequence[dt.date]) -> Span:
    ends = midnight_ns(dates[0]), midnight_ns(dates[-1]) + DAY
    return Span(subject.instrument, Timeframe.M1, *ends)
