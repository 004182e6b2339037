"""The user's own file of market rules: what the package cannot know, or does not dare to say.

Ad hoc closures come with days of notice, so every part is optional and small::

    confirm_hours = [2026-11-08]       # the unverified hours of the package are right

    [[closed]]                         # the exchange stays closed; expiries move back by themselves
    date = 2026-12-08
    reason = "municipal elections"

    [[special_day]]                    # a day with hours of its own; replaces the package's
    date = 2026-11-08
    kind = "muhurat"                   # or "special" (the default)
    name = "Muhurat trading"
    legs = [["13:45", "14:45"]]        # two legs: one day with a gap

    [[lot]]                            # keyed by contract expiry, as the exchange does
    underlying = "NIFTY"
    first_expiry = 2026-12-29
    last_expiry = 2026-12-29           # optional
    lot = 50

    [[freeze]]                         # largest quantity of one order, in units
    underlying = "BANKNIFTY"
    first_day = 2026-12-01
    last_day = 2026-12-31              # optional
    quantity = 900

Closures and special days lie between 2015-01-01 and 2026-12-31.
"""

import datetime as dt
from typing import Annotated, Literal

import msgspec

Count = Annotated[int, msgspec.Meta(gt=0)]
Text = Annotated[str, msgspec.Meta(min_length=1)]
Underlying = Literal["NIFTY", "BANKNIFTY", "FINNIFTY", "MIDCPNIFTY", "NIFTYNXT50", "SENSEX"]


class Closure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A day on which the exchange stays closed."""

    date: dt.date
    reason: Text


class OwnDay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A day with hours of its own."""

    date: dt.date
    legs: Annotated[tuple[tuple[str, str], ...], msgspec.Meta(min_length=1)]
    kind: Literal["special", "muhurat"] = "special"
    name: Text = "special day"


class OwnLot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The lot of contracts by their expiry."""

    underlying: Underlying
    first_expiry: dt.date
    lot: Count
    last_expiry: dt.date = dt.date.max


class OwnFreeze(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The largest quantity of one order."""

    underlying: Underlying
    first_day: dt.date
    quantity: Count
    last_day: dt.date = dt.date.max


class Override(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A user's whole file."""

    confirm_hours: tuple[dt.date, ...] = ()
    closed: tuple[Closure, ...] = ()
    special_day: tuple[OwnDay, ...] = ()
    lot: tuple[OwnLot, ...] = ()
    freeze: tuple[OwnFreeze, ...] = ()
