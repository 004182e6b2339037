"""What a simulated day is made of before any instrument is priced."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from rustro_kernel.domain.rules import ContractRules, DayRules
from rustro_kernel.pricing.term import Term
from rustro_kernel.simulator.day_hours import DayHours
from rustro_kernel.simulator.index_path import IndexPath
from rustro_kernel.simulator.minute_bars import Floats, MinuteBars


class Calendar(Protocol):
    """The part of the market rules that the simulator needs."""

    def day(self, date: dt.date, underlyings: tuple[str, ...]) -> DayRules:
        """The rules of a trading day."""

    def previous_trading_day(self, date: dt.date) -> dt.date:
        """The last trading day before a date."""


@dataclass(frozen=True, slots=True)
class PastDay:
    """An earlier day: the index's bars inside its continuous hours, at least one."""

    date: dt.date
    hours: DayHours
    bars: MinuteBars


@dataclass(frozen=True)
class Scene:
    """One underlying's day. Prices in paise, VIX in percent, one value for each of hours.seconds.

    `index` holds the index ticks, `bars` the 1m bars they make up. `past` is oldest first, `ahead`
    has the trading days after today until the last listed expiry.
    """

    date: dt.date
    seed: int
    rules: DayRules
    hours: DayHours
    bars: MinuteBars
    index: IndexPath
    spot: Floats
    vix: Floats
    previous_close: int
    past: tuple[PastDay, ...]
    ahead: frozenset[dt.date]
    identity: str
    synthetic: tuple[str, ...]

    @cached_property
    def contract(self) -> ContractRules:
        """The exchange's rules for the underlying."""
        return self.rules.contracts[0]

    def term(self, expiry: str) -> Term:
        """What today leaves of a contract's life."""
        legs = self.hours.derivative
        return Term.of(
            expiry, self.date, (legs[0].open_ns, legs[-1].close_ns), self.ahead.__contains__
        )


def trading_days_ahead(calendar: Calendar, rules: DayRules) -> frozenset[dt.date]:
    """The trading days after a day until the last expiry that is listed on it."""
    today = dt.date.fromisoformat(rules.date)
    day = dt.date.fromisoformat(rules.contracts[0].expiries[-1].date)
    found = set()
    while day > today:
        found.add(day)
        day = calendar.previous_trading_day(day)
    return frozenset(found)
