"""Lots, steps, ticks and freeze quantities of the index contracts, by date."""

import datetime as dt

import msgspec

from rustro_kernel.domain.errors import BadConfig
from rustro_kernel.domain.rules import ContractRules, Expiry
from rustro_kernel.market_rules.expiries import Expiries, Listed
from rustro_kernel.market_rules.override import Override
from rustro_kernel.market_rules.tables import Dated, check_covered, in_force, table
from rustro_kernel.market_rules.trading_days import TradingDays


class _Token(msgspec.Struct, frozen=True):
    name: str
    exchange: str
    token: str


class _Underlying(Dated, frozen=True, kw_only=True):
    underlying: str
    cash_exchange: str
    derivative_exchange: str


class _Lot(Dated, frozen=True, kw_only=True):
    """Dated by contract expiry."""

    underlying: str
    lot: int


class _LotChange(msgspec.Struct, frozen=True):
    """Live contracts given another lot overnight: until `changed_on` they had `lot_before`."""

    underlying: str
    changed_on: dt.date
    first_expiry: dt.date
    lot_before: int
    last_expiry: dt.date = dt.date.max


class _Value(Dated, frozen=True, kw_only=True):
    underlying: str
    item: str
    value: int


class Contracts:
    """What the exchange says of each underlying's contracts."""

    def __init__(self, days: TradingDays, override: Override) -> None:
        self._expiries = Expiries(days.expiry_day)
        self._tokens = {row.name: row.token for row in table("tokens", _Token)}
        self._underlyings = {row.underlying: row for row in table("underlyings", _Underlying)}
        self._changes = table("lot_changes", _LotChange)
        self._lots = table("lots", _Lot) + _own_lots(override)
        self._values = table("contract_values", _Value) + _own_freezes(override)

    def lot(self, underlying: str, expiry: dt.date, on: dt.date | None = None) -> int:
        """The lot of a contract by its expiry, as it was on a trade date (on expiry, if none)."""
        self._known(underlying)
        check_covered(on or expiry, f"the {underlying} lot")
        for change in self._changes:
            if on and change.underlying == underlying and _still_before(change, expiry, on):
                return change.lot_before
        rows = [row for row in self._lots if row.underlying == underlying]
        return in_force(rows, expiry, f"the {underlying} lot for the expiry").lot

    def expiries(self, underlying: str, on: dt.date) -> tuple[Expiry, ...]:
        """The expiries listed on a date, each with the lot in force that day."""
        check_covered(on, f"the expiries of {underlying}")
        self._known(underlying)
        listed = self._expiries.listed(underlying, on)
        return tuple(self._expiry(item, on) for item in listed)

    def _expiry(self, item: Listed, on: dt.date) -> Expiry:
        lot = self.lot(item.row.underlying, item.row.expiry, on)
        return Expiry(item.day.isoformat(), item.row.monthly, lot)

    def rules(self, underlying: str, on: dt.date) -> ContractRules:
        """Everything about one underlying on one day."""
        known = in_force([self._known(underlying)], on, f"the {underlying} contract")
        return ContractRules(
            underlying=underlying,
            cash_exchange=known.cash_exchange,
            derivative_exchange=known.derivative_exchange,
            index_token=self.index_token(underlying),
            strike_step=self._value(underlying, "strike_step", on),
            option_tick=self._value(underlying, "option_tick", on),
            future_tick=self._value(underlying, "future_tick", on),
            freeze_quantity=self._value(underlying, "freeze_quantity", on),
            expiries=self.expiries(underlying, on),
        )

    def derivative_exchange(self, underlying: str) -> str:
        """NFO or BFO."""
        return self._known(underlying).derivative_exchange

    def index_token(self, name: str) -> str:
        """Angel One's token of an index; INDIAVIX too."""
        if name not in self._tokens:
            raise BadConfig("index", f"unknown {name!r}; known are {', '.join(self._tokens)}")
        return self._tokens[name]

    def _known(self, underlying: str) -> _Underlying:
        if underlying not in self._underlyings:
            known = ", ".join(self._underlyings)
            raise BadConfig("underlying", f"unknown {underlying!r}; known are {known}")
        return self._underlyings[underlying]

    def _value(self, underlying: str, item: str, on: dt.date) -> int:
        rows = [row for row in self._values if (row.underlying, row.item) == (underlying, item)]
        return in_force(rows, on, f"the {item} of {underlying}").value


def _still_before(change: _LotChange, expiry: dt.date, on: dt.date) -> bool:
    return on < change.changed_on and change.first_expiry <= expiry <= change.last_expiry


def _own_lots(override: Override) -> tuple[_Lot, ...]:
    return tuple(
        _Lot(
            underlying=own.underlying,
            effective_from=own.first_expiry,
            effective_to=own.last_expiry,
            lot=own.lot,
        )
        for own in override.lot
    )


def _own_freezes(override: Override) -> tuple[_Value, ...]:
    return tuple(
        _Value(
            underlying=own.underlying,
            item="freeze_quantity",
            effective_from=own.first_day,
            effective_to=own.last_day,
            value=own.quantity,
        )
        for own in override.freeze
    )
