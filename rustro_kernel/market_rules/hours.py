"""When the market is open on a trading day, when it halted, and when positions must be closed."""

import datetime as dt
from collections.abc import Collection

import msgspec

from rustro_kernel.domain.errors import BadConfig, UnverifiedRule
from rustro_kernel.domain.market_time import MINUTE, at
from rustro_kernel.domain.rules import Interruption, Leg
from rustro_kernel.market_rules.tables import Dated, in_force, table
from rustro_kernel.market_rules.trading_days import Special

SEGMENTS = ("NSE_INDEX", "NFO", "BFO")
BEFORE_SPECIAL_CLOSE = 10 * MINUTE


class _HoursRow(Dated, frozen=True, kw_only=True):
    segment: str
    open: str
    close: str
    auction_close: str = ""


class _ExitRow(Dated, frozen=True, kw_only=True):
    exit: str
    exit_on_expiry: str


class _InterruptionRow(msgspec.Struct, frozen=True):
    date: dt.date
    exchanges: str
    halt: str
    resume: str
    reason: str
    feed_stuck: str = ""
    extended_close: str = ""


class Hours:
    """Dated hours. A special day has its own hours in every segment and no closing auction."""

    def __init__(self) -> None:
        self._hours = table("hours", _HoursRow)
        self._exits = table("exits", _ExitRow)
        self._halts = table("interruptions", _InterruptionRow)

    def legs(self, date: dt.date, special: Special | None, segment: str) -> tuple[Leg, ...]:
        """The continuous hours of a segment on a trading day."""
        _check_segment(segment)
        if special is None:
            row = self._ordinary(date, segment)
            return (Leg(at(date, row.open), at(date, row.close)),)
        if not special.verified:
            raise UnverifiedRule("the opening time", date.isoformat())
        return tuple(Leg(at(date, start), at(date, end)) for start, end in special.legs)

    def auction(self, date: dt.date, special: Special | None) -> Leg | None:
        """The closing auction of the cash market."""
        row = self._ordinary(date, "NSE_INDEX")
        if special is not None or not row.auction_close:
            return None
        return Leg(at(date, row.close), at(date, row.auction_close))

    def exits(self, date: dt.date, special: Special | None) -> tuple[int, int]:
        """When positions must start to be closed: ordinarily, and on their own expiry day."""
        if special is not None:
            before_close = self.legs(date, special, "NFO")[-1].close_ns - BEFORE_SPECIAL_CLOSE
            return before_close, before_close
        row = in_force(self._exits, date, "the end-of-day exit")
        return at(date, row.exit), at(date, row.exit_on_expiry)

    def interruptions(self, date: dt.date, exchanges: Collection[str]) -> tuple[Interruption, ...]:
        """The halts of a date on any of these derivative exchanges."""
        return tuple(
            _interruption(row)
            for row in self._halts
            if row.date == date and not set(exchanges).isdisjoint(row.exchanges.split())
        )

    def _ordinary(self, date: dt.date, segment: str) -> _HoursRow:
        rows = [row for row in self._hours if row.segment == segment]
        return in_force(rows, date, f"the hours of {segment}")


def _interruption(row: _InterruptionRow) -> Interruption:
    return Interruption(
        halt_ns=at(row.date, row.halt),
        resume_ns=at(row.date, row.resume),
        extended_close_ns=_at_or_zero(row.date, row.extended_close),
        feed_stuck_ns=_at_or_zero(row.date, row.feed_stuck),
        reason=row.reason,
    )


def _at_or_zero(date: dt.date, clock: str) -> int:
    return at(date, clock) if clock else 0


def _check_segment(segment: str) -> None:
    if segment not in SEGMENTS:
        raise BadConfig("segment", f"unknown {segment!r}; known are {', '.join(SEGMENTS)}")
