"""Which days the exchange is open on.

A day is open if it has special hours, or is a weekday and no holiday. A Muhurat day is open for
one hour and yet a holiday for the contracts: an expiry on it moves back. So it does from a drill in
two legs (MIDCPNIFTY 2024-05-20 ended on Friday 05-17), but not from a full Saturday (2024-01-20).
"""

import datetime as dt
from bisect import bisect_left, bisect_right

import msgspec

from rustro_kernel.domain.errors import BadConfig, OutsideRules
from rustro_kernel.domain.rules import DayKind
from rustro_kernel.market_rules.override import Override
from rustro_kernel.market_rules.tables import (
    FIRST_DAY,
    LAST_DAY,
    Confidence,
    check_covered,
    table,
)

ONE_DAY = dt.timedelta(days=1)
SATURDAY = 5


class Special(msgspec.Struct, frozen=True):
    """A day with hours of its own: clock times, one pair a leg."""

    kind: DayKind
    name: str
    legs: tuple[tuple[str, str], ...]
    verified: bool = True
    by_user: bool = False


class _HolidayRow(msgspec.Struct, frozen=True):
    date: dt.date
    name: str


class _SpecialRow(msgspec.Struct, frozen=True):
    date: dt.date
    open: str
    close: str
    kind: DayKind
    name: str
    confidence: Confidence


class TradingDays:
    """The open days of 2015..2026, the user's file included."""

    def __init__(self, override: Override) -> None:
        self._closed = {row.date: row.name for row in table("holidays", _HolidayRow)}
        self._special = _package_specials()
        self._apply(override)
        self._open = [day for day in _calendar_days() if self._is_open(day)]

    def _apply(self, override: Override) -> None:
        for date in override.confirm_hours:
            if date not in self._special:
                raise BadConfig("confirm_hours", f"{date} has no hours of its own to confirm")
            known = self._special[date]
            self._special[date] = msgspec.structs.replace(known, verified=True, by_user=True)
        for closure in override.closed:
            self._special.pop(closure.date, None)
            self._closed[closure.date] = closure.reason
        for own in override.special_day:
            kind = DayKind(own.kind)
            self._special[own.date] = Special(kind, own.name, own.legs, by_user=True)

    def _is_open(self, date: dt.date) -> bool:
        return date in self._special or (date.weekday() < SATURDAY and date not in self._closed)

    def is_open(self, date: dt.date) -> bool:
        """Whether the market opens on a date."""
        check_covered(date, "the trading calendar")
        return self._is_open(date)

    def why_closed(self, date: dt.date) -> str:
        """The holiday's name or the weekday; empty if the exchange is open."""
        if self.is_open(date):
            return ""
        return self._closed.get(date) or date.strftime("%A")

    def special(self, date: dt.date) -> Special | None:
        """The special hours of a date, if it has one."""
        return self._special.get(date)

    def next(self, date: dt.date) -> dt.date:
        """The first open day after a date."""
        check_covered(date, "the trading calendar")
        place = bisect_right(self._open, date)
        if place == len(self._open):
            raise OutsideRules("the next trading day", date.isoformat(), _reach())
        return self._open[place]

    def previous(self, date: dt.date) -> dt.date:
        """The last open day before a date."""
        check_covered(date, "the trading calendar")
        place = bisect_left(self._open, date)
        if place == 0:
            raise OutsideRules("the previous trading day", date.isoformat(), _reach())
        return self._open[place - 1]

    def between(self, start: dt.date, end: dt.date) -> tuple[dt.date, ...]:
        """The open days from `start` to `end`, both included."""
        check_covered(start, "the trading calendar")
        check_covered(end, "the trading calendar")
        return tuple(self._open[bisect_left(self._open, start) : bisect_right(self._open, end)])

    def expiry_day(self, scheduled: dt.date) -> dt.date:
        """The day contracts end that should end on a date: it, or the full trading day before."""
        day = scheduled
        while not self._is_full(day):
            day -= ONE_DAY
        return day

    def _is_full(self, date: dt.date) -> bool:
        special = self._special.get(date)
        if special is None:
            return self._is_open(date)
        return special.kind is not DayKind.MUHURAT and len(special.legs) == 1


def _package_specials() -> dict[dt.date, Special]:
    found: dict[dt.date, Special] = {}
    for row in table("special_days", _SpecialRow):
        earlier = found[row.date].legs if row.date in found else ()
        verified = row.confidence is not Confidence.UNVERIFIED
        legs = (*earlier, (row.open, row.close))
        found[row.date] = Special(row.kind, row.name, legs, verified=verified)
    return found


def _calendar_days() -> list[dt.date]:
    return [FIRST_DAY + n * ONE_DAY for n in range((LAST_DAY - FIRST_DAY).days + 1)]


def _reach() -> str:
    return f"{FIRST_DAY} to {LAST_DAY}"
