"""Which day is traded next, and when to wake for it. Pure: the calendar and the time come in."""

import datetime as dt
from collections.abc import Callable

import msgspec

from rustro_kernel.domain.errors import NotATradingDay, OutsideRules, Refused
from rustro_kernel.domain.market_time import ist_date, show_clock, show_time
from rustro_kernel.domain.rules import DayKind, DayRules, Leg
from rustro_kernel.market_rules.tables import FIRST_DAY, LAST_DAY

ONE_DAY = dt.timedelta(days=1)
NOTICE_DAYS = 7
THE_END = f"the market rules end on {LAST_DAY}: install a newer version"

Judge = Callable[[dt.date], DayRules]
"""The rules of a date that may be traded. Raises NotATradingDay, Refused or OutsideRules."""


class TradingDay(msgspec.Struct, frozen=True):
    """A day with a session. Two legs are one session with a pause."""

    date: dt.date
    wake_ns: int
    legs: tuple[Leg, ...]  # of the derivatives
    index_legs: tuple[Leg, ...]
    name: str = ""  # of a special day, else empty

    @property
    def open_ns(self) -> int:
        """The first open."""
        return self.legs[0].open_ns

    @property
    def close_ns(self) -> int:
        """The last close."""
        return self.legs[-1].close_ns

    def is_open(self, now_ns: int) -> bool:
        """Whether derivatives trade."""
        return _is_inside(self.legs, now_ns)

    def is_index_open(self, now_ns: int) -> bool:
        """Whether the index moves: what signals come from."""
        return _is_inside(self.index_legs, now_ns)

    def __str__(self) -> str:
        hours = " and ".join(
            f"{show_clock(leg.open_ns)[:5]}-{show_clock(leg.close_ns)[:5]}" for leg in self.legs
        )
        special = f", {self.name}" if self.name else ""
        return (
            f"{self.date} ({self.date:%A}{special}), open {hours}, wake {show_time(self.wake_ns)}"
        )


class Ahead(msgspec.Struct, frozen=True):
    """The next session, and what is to be said of the dates before it.

    `refused` are dates on which the market opens, or may, and we do not trade: a person should know
    before they come.
    """

    day: TradingDay | None  # None: nobody knows the days from here on
    closed: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def ahead(judge: Judge, now_ns: int, lead_ns: int, over: dt.date | None = None) -> Ahead:
    """The first day that can be traded, today if it has not closed.

    Args:
        judge: The calendar.
        now_ns: The market's time.
        lead_ns: So long before the open the session is woken.
        over: The last day that is done with. A clock that goes back does not trade it again.
    """
    date = max(ist_date(now_ns), FIRST_DAY)
    if over is not None and date <= over:
        date = over + ONE_DAY
    closed: list[str] = []
    refused: list[str] = []
    while date <= LAST_DAY:
        try:
            day = trading_day(judge(date), lead_ns)
        except NotATradingDay as exc:
            closed.append(f"{date} is no trading day ({exc.reason})")
        except (Refused, OutsideRules) as exc:
            refused.append(f"{date} is not traded: {exc}")
        else:
            if now_ns < day.close_ns:
                return Ahead(day, tuple(closed), tuple(refused))
            closed.append(f"{date} has closed")
        date += ONE_DAY
    return Ahead(None, tuple(closed), (*refused, THE_END))


def refusals(judge: Judge, date: dt.date, days: int = NOTICE_DAYS) -> tuple[str, ...]:
    """What will not be traded in so many days after a date, and why, while there is time to act."""
    found: list[str] = []
    for number in range(1, days + 1):
        coming = date + number * ONE_DAY
        if coming > LAST_DAY:
            return (*found, THE_END)
        try:
            judge(coming)
        except NotATradingDay:
            continue
        except (Refused, OutsideRules) as exc:
            found.append(f"{coming} is not traded: {exc}")
    return tuple(found)


def trading_day(rules: DayRules, lead_ns: int) -> TradingDay:
    """The day these rules are of."""
    name = rules.name if rules.kind is not DayKind.ORDINARY else ""
    if rules.unverified:
        name = ", ".join(filter(None, (name, f"unverified: {', '.join(rules.unverified)}")))
    return TradingDay(
        date=dt.date.fromisoformat(rules.date),
        wake_ns=rules.derivative_legs[0].open_ns - lead_ns,
        legs=rules.derivative_legs,
        index_legs=rules.index_legs,
        name=name,
    )


def _is_inside(legs: tuple[Leg, ...], now_ns: int) -> bool:
    return any(leg.open_ns <= now_ns < leg.close_ns for leg in legs)
