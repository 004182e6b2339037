"""One row of the instrument master file -> an instrument of ours, or nothing.

Strike and tick are paise with six decimals; `freeze_qty` is the first quantity that is too large
(facts/smartapi.md 6.2). Names and symbols collide: an index is an AMXIDX row and nothing else.
"""

import msgspec

from rustro_kernel.brokers.angelone.amounts import Number, units
from rustro_kernel.brokers.angelone.times import expiry_date
from rustro_kernel.domain.instruments import Instrument, Kind, Right, instrument_key

VIX_NAME, VIX = "INDIA VIX", "INDIAVIX"
OPTIONS, FUTURES = frozenset({"OPTIDX", "OPTSTK"}), frozenset({"FUTIDX", "FUTSTK"})
DERIVATIVES = frozenset({"NFO", "BFO"})


class Row(msgspec.Struct, gc=False):
    """What we read of a row. Fields the broker adds are skipped."""

    token: str
    symbol: str
    name: str
    exch_seg: str
    instrumenttype: str
    expiry: str = ""
    strike: Number = None
    lotsize: Number = None
    tick_size: Number = None
    freeze_qty: Number = None


def instrument(row: Row) -> Instrument | None:
    """The instrument of a row; None for kinds we do not use and for trap rows.

    Raises:
        ValueError, ArithmeticError: A row of our kinds with a value that makes no sense.
    """
    if row.instrumenttype == "AMXIDX":
        return _index(row)
    if row.exch_seg not in DERIVATIVES or "TEST" in row.symbol:
        return None
    if row.instrumenttype in FUTURES:
        return _contract(row, Kind.FUTURE, 0, None)
    if row.instrumenttype in OPTIONS:
        strike = units(row.strike)
        if strike <= 0:
            raise ValueError("an option without a strike")
        return _contract(row, Kind.OPTION, strike, Right(row.symbol[-2:].upper()))
    return None


def freeze_quantity(first_too_many: int, lot: int) -> int:
    """The most units of one order, in whole lots; 0 where no limit is known."""
    return max(0, first_too_many - 1) // lot * lot


def _index(row: Row) -> Instrument:
    key = instrument_key(row.exch_seg, row.token)
    if row.name.upper() == VIX_NAME:
        return Instrument(key, row.symbol, Kind.VIX, VIX, tick=1)
    return Instrument(key, row.symbol, Kind.INDEX, row.name)


def _contract(row: Row, kind: Kind, strike: int, right: Right | None) -> Instrument:
    lot, tick = units(row.lotsize), units(row.tick_size)
    if lot <= 0 or tick <= 0:
        raise ValueError("a contract without lot or tick")
    return Instrument(
        instrument_key(row.exch_seg, row.token),
        row.symbol,
        kind,
        row.name,
        tick,
        lot,
        freeze_quantity(units(row.freeze_qty), lot),
        expiry_date(row.expiry).isoformat(),
        strike,
        right,
    )
