"""Everything the engine can ask the session to do. Results come back as inputs."""

import msgspec

from rustro_kernel.domain.instruments import Instrument, InstrumentKey
from rustro_kernel.domain.orders import OrderRequest


class LoadMaster(msgspec.Struct, frozen=True, tag="load_master"):
    """Fetch today's instruments; answered by MasterLoaded."""

    underlyings: tuple[str, ...]


class SyncHistory(msgspec.Struct, frozen=True, tag="sync_history"):
    """Fetch the bars before today; answered by HistoryLoaded."""

    underlyings: tuple[str, ...]


class ConnectStream(msgspec.Struct, frozen=True, tag="connect_stream"):
    """Open the market stream; answered by StreamChanged."""


class Subscribe(msgspec.Struct, frozen=True, tag="subscribe"):
    """Watch these instruments, with the full book where `depth`; answered by Subscribed."""

    instruments: tuple[InstrumentKey, ...]
    depth: bool = False


class Unsubscribe(msgspec.Struct, frozen=True, tag="unsubscribe"):
    """Stop watching these instruments."""

    instruments: tuple[InstrumentKey, ...]


class Backfill(msgspec.Struct, frozen=True, tag="backfill"):
    """Fetch 1m bars of a stretch with start_ns in [from_ns, to_ns); answered by Backfilled."""

    instrument: InstrumentKey
    from_ns: int
    to_ns: int


class AskQuotes(msgspec.Struct, frozen=True, tag="ask_quotes"):
    """Fetch the quotes of these instruments now; each is answered by a Tick, even an unchanged one.

    The simulated market answers nothing: what it does not send does not exist.
    """

    instruments: tuple[InstrumentKey, ...]


class SetWake(msgspec.Struct, frozen=True, tag="set_wake"):
    """Send Wake at this time; replaces the one asked for before."""

    due_ns: int


class PlaceOrder(msgspec.Struct, frozen=True, tag="place_order"):
    """Send an order; answered by OrderUpdates."""

    order: OrderRequest


class ModifyOrder(msgspec.Struct, frozen=True, tag="modify_order"):
    """Give the living order of this tag other units, limit and trigger.

    Asked for until it is done: doing it twice does no harm. Answered only where it cannot be done,
    by MODIFY_REJECTED, or by the end the order has come to.
    """

    order: OrderRequest


class CancelOrder(msgspec.Struct, frozen=True, tag="cancel_order"):
    """Cancel the order with this tag; answered by an OrderUpdate.

    One whose outcome is unknown is cancelled once it is proven to be there, or reported ABSENT.
    """

    tag: str


class LeftOrder(msgspec.Struct, frozen=True):
    """An order of before a restart, as far as it had been heard of."""

    tag: str
    filled: int
    value_paise: int
    is_over: bool


class TakeOver(msgspec.Struct, frozen=True, tag="take_over"):
    """Go on where a process ended: first of all after a restart. Answered by OrderUpdates.

    `units` and `cash_paise` are our books, for a broker that forgot everything with the process.
    """

    orders: tuple[LeftOrder, ...]
    instruments: tuple[Instrument, ...]
    units: dict[str, int]
    cash_paise: int


class AskPositions(msgspec.Struct, frozen=True, tag="ask_positions"):
    """Read the account's positions; answered by BrokerPositions."""


class RefreshTokens(msgspec.Struct, frozen=True, tag="refresh_tokens"):
    """Renew the broker's tokens; answered by TokensChanged."""


class RaiseAlert(msgspec.Struct, frozen=True, tag="raise_alert"):
    """Tell a person."""

    level: str  # info, warning, critical
    text: str


class Finish(msgspec.Struct, frozen=True, tag="finish"):
    """The day is over: no further input is wanted."""

    reason: str
    exit_code: int


Action = (
    LoadMaster
    | SyncHistory
    | ConnectStream
    | Subscribe
    | Unsubscribe
    | Backfill
    | AskQuotes
    | SetWake
    | PlaceOrder
    | ModifyOrder
    | CancelOrder
    | TakeOver
    | AskPositions
    | RefreshTokens
    | RaiseAlert
    | Finish
)

REACHES_BROKER = (PlaceOrder, ModifyOrder, CancelOrder)
"""Actions that may run only after inputs and events up to theirs are on disk."""


class Effect(msgspec.Struct, frozen=True):
    """An action with where it came from: the input's number and its index in that turn."""

    input: int
    index: int
    action: Action
