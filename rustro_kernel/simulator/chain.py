"""Today's instrument master: index, VIX, the near future and the options around the last close."""

from collections.abc import Iterator

from rustro_kernel.domain.instruments import Instrument, Kind, Right, instrument_key
from rustro_kernel.domain.rules import ContractRules, Expiry

VIX_KEY = instrument_key("NSE", "99926017")
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
LISTED_EXPIRIES = 3
WING_PCT = 12
"""Strikes reach so far from the previous close, either side."""


def master(contract: ContractRules, previous_close: int) -> tuple[Instrument, ...]:
    """All instruments of an underlying; `previous_close` in paise."""
    return (
        index(contract),
        Instrument(VIX_KEY, "India VIX", Kind.VIX, "INDIAVIX", tick=1),
        near_future(contract),
        *_options(contract, previous_close),
    )


def index(contract: ContractRules) -> Instrument:
    """The spot index."""
    key = instrument_key(contract.cash_exchange, contract.index_token)
    return Instrument(key, contract.underlying, Kind.INDEX, contract.underlying)


def near_future(contract: ContractRules) -> Instrument:
    """The future of the nearest monthly expiry."""
    expiry = next((e for e in contract.expiries if e.monthly), contract.expiries[-1])
    return Instrument(
        instrument_key(contract.derivative_exchange, _token(expiry, 0, "0")),
        f"{contract.underlying}{_symbol_date(expiry)}FUT",
        Kind.FUTURE,
        contract.underlying,
        contract.future_tick,
        expiry.lot,
        contract.freeze_quantity,
        expiry.date,
    )


def strikes(step: int, previous_close: int) -> range:
    """The listed strikes in paise, lowest first."""
    wing = previous_close * WING_PCT // 100
    lowest = -(-(previous_close - wing) // step) * step
    return range(lowest, previous_close + wing + 1, step)


def _options(contract: ContractRules, previous_close: int) -> Iterator[Instrument]:
    for expiry in contract.expiries[:LISTED_EXPIRIES]:
        for strike in strikes(contract.strike_step, previous_close):
            yield from pair(contract, expiry, strike)


def pair(contract: ContractRules, expiry: Expiry, strike: int) -> tuple[Instrument, Instrument]:
    """Call and put of a strike."""
    return (
        _option(contract, expiry, strike, Right.CE),
        _option(contract, expiry, strike, Right.PE),
    )


def _option(contract: ContractRules, expiry: Expiry, strike: int, right: Right) -> Instrument:
    token = _token(expiry, strike, "1" if right is Right.CE else "2")
    return Instrument(
        instrument_key(contract.derivative_exchange, token),
        f"{contract.underlying}{_symbol_date(expiry)}{strike // 100}{right.value}",
        Kind.OPTION,
        contract.underlying,
        contract.option_tick,
        expiry.lot,
        contract.freeze_quantity,
        expiry.date,
        strike,
        right,
    )


def _token(expiry: Expiry, strike: int, last: str) -> str:
    """An invented token: longer than any real one, and the same on every day."""
    return f"{expiry.date.replace('-', '')[2:]}{strike // 100:06d}{last}"


def _symbol_date(expiry: Expiry) -> str:
    """30NOV21, whatever the locale."""
    year, month, day = expiry.date.split("-")
    return f"{day}{MONTHS[int(month) - 1]}{year[2:]}"
