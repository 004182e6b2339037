"""What the engine wants, has sent and holds: intents, orders, positions."""

import msgspec

from rustro_kernel.engine.order_protocol import OrderState


class Order(msgspec.Struct):
    """One order that was sent; kept for the day, since a fill may come after its end."""

    tag: str
    intent_id: str
    key: str
    position_id: str
    is_entry: bool
    units: int
    limit: int
    seen: int  # the price it was decided at: never an old print
    cause: int  # the last event about it
    trigger: int = 0  # a stop's
    state: OrderState = OrderState.SENT
    filled: int = 0
    value: int = 0
    was_changed: bool = False  # it was to be: after a crash nobody knows whether it is
    was_stated: bool = False  # OrderSubmitted has been said
    was_acknowledged: bool = False
    was_unknown: bool = False  # OrderOutcomeUnknown has been said


STOP = "stop"
"""The kind of an intent that rests at the broker as a protective stop."""


class Intent(msgspec.Struct):
    """One decision to trade, worked until it is done. Never two live orders at a time."""

    id: str
    key: str
    kind: str  # ladder, chase or stop
    is_entry: bool
    position_id: str
    instrument: str
    symbol: str
    side: str
    units: int
    most: int  # units it may trade in all: the freeze quantity; 0: no limit
    reason: str
    priority: int
    cause: int
    born_ns: int
    first_ltp: int
    attempt: int = -1  # the number of the last attempt sent
    due_attempt: int = 0  # the attempt the schedule has reached
    filled: int = 0  # by finished orders
    value: int = 0
    live: str = ""  # tag of the one order it has at the broker
    ghosts: list[str] = []  # tags of orders that were proven absent and came to life after all
    ending: str = ""  # why it ends once the live order is gone
    leaving: str = ""  # an entry's: the bulk exit that ended it
    alerted_ns: int = 0
    refused_ns: int = 0  # when a person was last told that the broker refuses it


class Position(msgspec.Struct):
    """One position from its signal on; it counts as open from its first fill to its last."""

    id: str
    signal_id: str
    underlying: str
    instrument: str
    symbol: str
    right: str
    strike: int
    expiry: str
    lot: int
    trigger: str
    bought: int = 0
    buy_value: int = 0
    sold: int = 0
    sell_value: int = 0
    buy_orders: dict[str, int] = {}  # tag -> value, executed orders only
    sell_orders: dict[str, int] = {}
    entry_ns: int = 0
    entry_underlying: int = 0
    entry_vix: int = 0
    stop: int = 0
    trail: int | None = None
    armed_input: int = 0
    break_even: int = 0
    best: int = 0
    worst: int = 0
    price: int = 0
    has_logged_underlying: bool = False
    exit_reason: str = ""
    exit_secondary: tuple[str, ...] = ()
    slippage: int = 0
    leaving: str = ""  # the bulk exit that ended its entry before anything had filled
    stop_failures: int = 0  # protective stops that the broker did not keep
    exits: int = 0  # intents that were born to close it: more than one where it is sliced
    returns: int = 0  # positions that late fills opened after this one was closed


class Recovery(msgspec.Struct):
    """A restarted session on its way to agreement with the broker."""

    cause: int
    has_positions: bool = False  # the broker's were seen once
    differing: dict[str, int] = {}  # instrument -> units it was seen to hold against our books
    since: dict[str, int] = {}  # each of them -> when that figure was first seen

    def is_blind(self, instrument: str) -> bool:
        """Whether an exit might sell what nobody holds."""
        return not self.has_positions or instrument in self.differing


class Bulk(msgspec.Struct):
    """An exit of everything, one position at a time."""

    reason: str
    queue: list[str]
    cause: int
    current: str = ""
    started_ns: int = 0
    closed: int = 0
    unfinished: int = 0
