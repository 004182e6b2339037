"""Positions from fill to trade record."""

from rustro_kernel.engine.events.payload import Payload


class PositionOpened(Payload, frozen=True):
    """The first units of an entry traded. Later fills are PositionUpdated."""

    position_id: str
    signal_id: str
    underlying: str
    instrument: str
    symbol: str
    right: str
    strike_paise: int
    expiry: str
    lot: int
    units: int
    value_paise: int  # units x price
    stop_paise: int
    underlying_paise: int
    vix_paise: int
    break_even_paise: int  # premium at which the round trip nets zero
    trail_below_cost: bool


class PositionUpdated(Payload, frozen=True):
    """Units or price changed; at most once a minute for the price alone."""

    position_id: str
    symbol: str
    units: int
    value_paise: int  # cost of the open units
    price_paise: int
    pnl_paise: int  # gross, open units
    pnl_bps: int


class StopLossHit(Payload, frozen=True):
    """The price is at or below the stop."""

    position_id: str
    stop_paise: int
    price_paise: int


class UnderlyingMovedAgainst(Payload, frozen=True):
    """One percent against the position on the underlying: logged only, once."""

    position_id: str
    entry_paise: int
    price_paise: int


class TrailingStopActivated(Payload, frozen=True):
    """The gain armed the trailing stop."""

    position_id: str
    stop_paise: int
    price_paise: int


class TrailingStopUpdated(Payload, frozen=True):
    """The trailing stop moved up."""

    position_id: str
    stop_paise: int
    price_paise: int


class TargetReached(Payload, frozen=True):
    """The price is at or above the target."""

    position_id: str
    target_paise: int
    price_paise: int


class PositionClosed(Payload, frozen=True):
    """A trade: everything of a round trip, rounded once."""

    position_id: str
    signal_id: str
    underlying: str
    instrument: str
    symbol: str
    right: str
    strike_paise: int
    expiry: str
    lot: int
    units: int
    trigger: str
    entry_ns: int
    exit_ns: int
    buy_value_paise: int
    sell_value_paise: int
    buy_orders: tuple[str, ...]
    sell_orders: tuple[str, ...]
    entry_underlying_paise: int
    exit_underlying_paise: int
    entry_vix_paise: int
    exit_vix_paise: int
    reason: str
    secondary: tuple[str, ...]
    gross_paise: int
    charges_paise: int
    brokerage_paise: int
    stt_paise: int
    exchange_txn_paise: int
    ipft_paise: int
    sebi_fee_paise: int
    stamp_paise: int
    tax_paise: int
    net_paise: int
    best_paise: int
    worst_paise: int
    slippage_paise: int  # paid away from the price of each decision, both sides


class OversoldFound(Payload, frozen=True):
    """More units were sold than held: short at the broker, no entries until a person acts."""

    position_id: str
    symbol: str
    tag: str
    units: int


class PositionsClosed(Payload, frozen=True):
    """A bulk exit is over."""

    reason: str
    closed: int
    unfinished: int


class PositionReconciled(Payload, frozen=True):
    """The broker holds fewer units of an instrument than we booked: we hold what it holds."""

    instrument: str
    symbol: str
    booked: int
    held: int


class OrphanFound(Payload, frozen=True):
    """The account holds units that no order of ours has traded: never touched."""

    instrument: str
    units: int
