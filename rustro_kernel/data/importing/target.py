"""What a file's bars are stored as."""

from dataclasses import dataclass

from rustro_kernel.domain.errors import BadUsage, RustroError
from rustro_kernel.domain.instruments import InstrumentKey, instrument_key
from rustro_kernel.market_rules import MarketRules

VIX = "INDIAVIX"
TICK = 5
DERIVATIVES = ("NFO", "BFO")
EXCHANGES = ("NSE", "BSE", *DERIVATIVES)

PLAUSIBLE_RUPEES = {
    "NIFTY": (4_000, 60_000),
    "BANKNIFTY": (8_000, 150_000),
    "FINNIFTY": (5_000, 80_000),
    "MIDCPNIFTY": (2_500, 40_000),
    "SENSEX": (15_000, 200_000),
    VIX: (5, 120),
}
"""What each index stood between from 2015 on, with room; never a hundredfold, so that rupees and
paise cannot both fit."""


@dataclass(frozen=True, slots=True)
class Target:
    """An instrument of the store."""

    name: str  # as the user called it
    key: InstrumentKey
    tick_paise: int
    is_index: bool  # trades in the hours of the cash market
    plausible: tuple[int, int] | None  # rupees


def target(name: str, rules: MarketRules) -> Target:
    """The instrument a user means: NIFTY, INDIAVIX, or EXCHANGE:TOKEN.

    Raises:
        BadUsage: If it is neither.
    """
    exchange, colon, token = name.upper().partition(":")
    if colon:
        if exchange not in EXCHANGES or not token:
            raise BadUsage(f"--as {name}: EXCHANGE:TOKEN has one of {', '.join(EXCHANGES)}")
        key = instrument_key(exchange, token)
        return Target(name, key, TICK, has_cash_hours(key, rules), None)
    try:
        token = rules.index_token(exchange)
    except RustroError as exc:
        raise BadUsage(f"--as {name}: {exc}; or name it EXCHANGE:TOKEN") from exc
    market = "BSE" if exchange == "SENSEX" else "NSE"
    tick, plausible = (1 if exchange == VIX else TICK), PLAUSIBLE_RUPEES.get(exchange)
    key = instrument_key(market, token)
    return Target(exchange, key, tick, has_cash_hours(key, rules), plausible)


def may_be_silent(key: str) -> bool:
    """Whether a minute may have no trade, and nothing is missing: of every derivative."""
    return key.startswith(DERIVATIVES)


def has_cash_hours(key: str, rules: MarketRules) -> bool:
    """Whether an instrument trades in the hours of the cash market; the VIX follows its options."""
    exchange, _, token = key.partition(":")
    return exchange not in DERIVATIVES and token != rules.index_token(VIX)
