"""The market's facts for one day, as values.

`rustro_kernel.market_rules` makes them from dated tables; the engine is handed them with its first
input, so that a recorded day replays with the rules it was traded under.
"""

from enum import Enum

import msgspec

RATE_UNIT = 1_000_000_000
"""Charge rates are integers of 1e-9 of the value they apply to (0.1 % is 1_000_000)."""


class DayKind(Enum):
    """What sort of trading day it is."""

    ORDINARY = "ordinary"
    SPECIAL = "special"  # budget weekends, disaster-recovery Saturdays
    MUHURAT = "muhurat"


class Leg(msgspec.Struct, frozen=True):
    """One stretch of continuous trading: open_ns <= t < close_ns, ns since the epoch."""

    open_ns: int
    close_ns: int


class Interruption(msgspec.Struct, frozen=True):
    """A halt, as history knows it. Fed to the engine only from its own moment on."""

    halt_ns: int
    resume_ns: int
    extended_close_ns: int  # the close announced with the resumption; 0 if it did not move
    feed_stuck_ns: int  # from when the index feed stood still; 0 if it did not
    reason: str


class Expiry(msgspec.Struct, frozen=True):
    """One expiry of an underlying and the lot of the contracts that end there."""

    date: str  # ISO
    monthly: bool
    lot: int


class ContractRules(msgspec.Struct, frozen=True):
    """What the exchange says of one underlying's contracts on one day. Prices in paise."""

    underlying: str
    cash_exchange: str  # NSE or BSE
    derivative_exchange: str  # NFO or BFO
    index_token: str  # Angel One's token of the index
    strike_step: int
    option_tick: int
    future_tick: int
    freeze_quantity: int  # units in one order
    expiries: tuple[Expiry, ...]  # today's and later, soonest first


class PriceBand(msgspec.Struct, frozen=True):
    """Limit price protection. Before it was introduced the percentage of ltp stands alone."""

    cheap_limit: int  # reference at or below: the absolute band
    cheap_band: int  # paise either side
    band_bps: int  # either side of a dearer reference; 0 before the rule existed
    ltp_band_bps: int  # either side of the last price
    ltp_band_min: int = 0  # paise; the band around the last price is never narrower than this


class ChargeRates(msgspec.Struct, frozen=True):
    """Rates for index options on one day, in `RATE_UNIT`ths of the premium value."""

    stt_sell: int
    exchange_txn: int
    ipft: int
    sebi_fee: int
    stamp_buy: int
    stamp_sell: int
    tax_bps: int  # GST, before 2017-07 service tax, on brokerage + exchange + IPFT + SEBI
    brokerage_cap: int  # paise per executed order
    brokerage_rate: int  # of the order's value, if smaller than the cap; 0: flat


class DayRules(msgspec.Struct, frozen=True):
    """Everything the engine must know of the market for one date."""

    date: str  # ISO
    kind: DayKind
    name: str  # of a special day, else ""
    index_legs: tuple[Leg, ...]  # continuous hours of the spot index
    derivative_legs: tuple[Leg, ...]
    index_auction: Leg | None  # closing auction of the cash market, where there is one
    eod_exit_ns: int  # when open positions must start to be closed
    eod_exit_expiry_ns: int  # the same on the expiry day of the contract held
    interruptions: tuple[Interruption, ...]
    previous_day: str  # ISO; empty where the market rules begin
    next_day: str  # ISO; empty where the market rules end
    contracts: tuple[ContractRules, ...]
    price_band: PriceBand
    charges: ChargeRates
    unverified: tuple[str, ...]  # what a user file had to confirm
