"""One object that answers for any date of 2015..2026."""

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

from rustro_kernel.domain.errors import NotATradingDay, OutsideRules
from rustro_kernel.domain.rules import ChargeRates, DayKind, DayRules, Expiry, Leg
from rustro_kernel.market_rules.contracts import Contracts
from rustro_kernel.market_rules.hours import Hours
from rustro_kernel.market_rules.override import Override
from rustro_kernel.market_rules.rates import Rates
from rustro_kernel.market_rules.tables import check_covered
from rustro_kernel.market_rules.trading_days import Special, TradingDays
from rustro_kernel.market_rules.user_file import read_override


class MarketRules:
    """The dated facts of the Indian index option market.

    Every answer may raise OutsideRules: for a date before 2015 or after 2026, or for a contract
    that did not trade yet. A fact nobody has confirmed raises UnverifiedRule until the user's file
    does (its format: `rustro_kernel.market_rules.override`).
    """

    def __init__(self, override: Override | None = None) -> None:
        override = override or Override()
        self._days = TradingDays(override)
        self._hours = Hours()
        self._contracts = Contracts(self._days, override)
        self._rates = Rates()

    @classmethod
    def load(cls, override: Path | None = None) -> "MarketRules":
        """The package's facts, corrected by a user's TOML file.

        Raises:
            BadConfig: If the file cannot be used.
        """
        return cls(read_override(override) if override else None)

    def is_trading_day(self, date: dt.date) -> bool:
        """Whether the market opens, for a Muhurat hour included."""
        return self._days.is_open(date)

    def why_closed(self, date: dt.date) -> str:
        """The holiday or weekday that closes a date; empty on a trading day."""
        return self._days.why_closed(date)

    def next_trading_day(self, date: dt.date) -> dt.date:
        """The first trading day after a date."""
        return self._days.next(date)

    def previous_trading_day(self, date: dt.date) -> dt.date:
        """The last trading day before a date."""
        return self._days.previous(date)

    def trading_days(self, start: dt.date, end: dt.date) -> tuple[dt.date, ...]:
        """Every trading day from `start` to `end`, both included."""
        return self._days.between(start, end)

    def hours(self, date: dt.date, segment: str) -> tuple[Leg, ...]:
        """Continuous trading of NSE_INDEX, NFO or BFO; two legs are one day with a gap.

        Raises:
            NotATradingDay: If the exchange is closed.
        """
        return self._hours.legs(date, self._open(date), segment)

    def lot(self, underlying: str, expiry: dt.date, on: dt.date | None = None) -> int:
        """The lot of a contract by its expiry, as it was on a trade date (on expiry, if none)."""
        return self._contracts.lot(underlying, expiry, on)

    def expiries(self, underlying: str, on: dt.date) -> tuple[Expiry, ...]:
        """The expiries listed on a date, soonest first."""
        return self._contracts.expiries(underlying, on)

    def index_token(self, name: str) -> str:
        """Angel One's token of an underlying's index or of INDIAVIX."""
        return self._contracts.index_token(name)

    def charges(self, date: dt.date, exchange: str = "NFO") -> ChargeRates:
        """The rates of charges on a date at NFO or BFO."""
        check_covered(date, "the charges")
        return self._rates.charges(date, exchange)

    def day(self, date: dt.date, underlyings: Sequence[str] = ("NIFTY",)) -> DayRules:
        """Everything for one trading day; charges are those of the first underlying's exchange.

        Raises:
            NotATradingDay: If the exchange is closed; it names the next day.
        """
        special = self._open(date)
        exchanges = [self._contracts.derivative_exchange(name) for name in underlyings]
        eod_exit, eod_exit_expiry = self._hours.exits(date, special)
        return DayRules(
            date=date.isoformat(),
            kind=special.kind if special else DayKind.ORDINARY,
            name=special.name if special else "",
            index_legs=self._hours.legs(date, special, "NSE_INDEX"),
            derivative_legs=self._hours.legs(date, special, exchanges[0]),
            index_auction=self._hours.auction(date, special),
            eod_exit_ns=eod_exit,
            eod_exit_expiry_ns=eod_exit_expiry,
            interruptions=self._hours.interruptions(date, exchanges),
            previous_day=_iso_or_blank(self._days.previous, date),
            next_day=_iso_or_blank(self._days.next, date),
            contracts=tuple(self._contracts.rules(name, date) for name in underlyings),
            price_band=self._rates.price_band(date),
            charges=self._rates.charges(date, exchanges[0]),
            unverified=(f"hours of {date}",) if special and special.by_user else (),
        )

    def _open(self, date: dt.date) -> Special | None:
        """The special hours of a trading day, None on an ordinary one."""
        if not self._days.is_open(date):
            following = _iso_or_blank(self._days.next, date) or "not known"
            raise NotATradingDay(date.isoformat(), self._days.why_closed(date), following)
        return self._days.special(date)


def _iso_or_blank(step: Callable[[dt.date], dt.date], date: dt.date) -> str:
    """A neighbouring day; empty where the tables end."""
    try:
        return step(date).isoformat()
    except OutsideRules:
        return ""
