"""Which expiries of an underlying are listed on a day.

The package knows every expiry of 2015..2026 and, by date, how many weeklies, near months, quarters
and half-years are listed at a time. Not modelled: an expiry is always shown on the day it finally
ended, though the exchange re-dated some while they lived (facts of January 2025, August 2025);
listed contracts that end after 2026 are missing.
"""

import datetime as dt
from collections.abc import Callable, Sequence

import msgspec

from rustro_kernel.market_rules.tables import Dated, in_force, table

QUARTERS = (3, 6, 9, 12)
HALF_YEARS = (6, 12)


class Listing(Dated, frozen=True, kw_only=True):
    """How many expiries of each sort are listed at a time, the nearer sorts first."""

    underlying: str
    weeklies: int
    months: int
    quarters: int
    half_years: int


class ExpiryRow(msgspec.Struct, frozen=True):
    """One expiry: the day it ended, the day it would have without holidays, its final lot."""

    underlying: str
    expiry: dt.date
    scheduled: dt.date
    monthly: bool
    lot: int


class Listed(msgspec.Struct, frozen=True):
    """An expiry with the day it falls on once the user's closures are counted."""

    day: dt.date
    row: ExpiryRow


class Expiries:
    """The expiries of every underlying; `expiry_day` moves one off a closed day."""

    def __init__(self, expiry_day: Callable[[dt.date], dt.date]) -> None:
        self._listing = table("listing", Listing)
        self._all: dict[str, list[Listed]] = {}
        for row in table("expiries", ExpiryRow):
            self._all.setdefault(row.underlying, []).append(Listed(expiry_day(row.expiry), row))

    def listed(self, underlying: str, on: dt.date) -> tuple[Listed, ...]:
        """Expiries that trade on a date, soonest first."""
        rows = [row for row in self._listing if row.underlying == underlying]
        listing = in_force(rows, on, f"the expiries of {underlying}")
        ahead = [item for item in self._all[underlying] if item.day >= on]
        chosen = _weeklies(ahead, listing) + _monthlies(ahead, listing)
        return tuple(sorted(chosen, key=lambda item: item.row.expiry))


def _weeklies(ahead: Sequence[Listed], listing: Listing) -> list[Listed]:
    return [item for item in ahead if not item.row.monthly][: listing.weeklies]


def _monthlies(ahead: Sequence[Listed], listing: Listing) -> list[Listed]:
    """Near months, then quarters beyond them, then half-years beyond those."""
    months = [item for item in ahead if item.row.monthly]
    near, later = months[: listing.months], months[listing.months :]
    quarters = _in_months(later, QUARTERS)[: listing.quarters]
    beyond = [item for item in later if item not in quarters]
    return near + quarters + _in_months(beyond, HALF_YEARS)[: listing.half_years]


def _in_months(items: Sequence[Listed], months: Sequence[int]) -> list[Listed]:
    return [item for item in items if item.row.scheduled.month in months]
