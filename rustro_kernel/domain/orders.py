"""Orders as the broker sees them: what we ask for and what comes back."""

from enum import Enum

import msgspec

from rustro_kernel.domain.instruments import InstrumentKey


class Side(Enum):
    """Buy or sell."""

    BUY = "BUY"
    SELL = "SELL"


class OrderStatus(Enum):
    """What the broker says of one order."""

    ACCEPTED = "accepted"  # the broker has it and gave it an id
    OPEN = "open"  # the exchange has it in the book
    PARTIAL = "partial"  # open, partly filled
    COMPLETE = "complete"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    CANCEL_REJECTED = "cancel_rejected"
    MODIFY_REJECTED = "modify_rejected"
    UNKNOWN = "unknown"  # sent, and nobody knows yet what became of it
    ABSENT = "absent"  # proven not to be at the broker: it never got there


FINAL = frozenset(
    {OrderStatus.COMPLETE, OrderStatus.CANCELLED, OrderStatus.REJECTED, OrderStatus.ABSENT}
)
"""Nothing is expected of an order after one of these; a fill may still come late."""


class OrderRequest(msgspec.Struct, frozen=True):
    """One LIMIT DAY order. `tag` finds it again at the broker after a crash.

    With a trigger it is a stop (STOPLOSS_LIMIT): it waits outside the book until the last price
    has reached `trigger_paise`, and is a limit order from then on.
    """

    tag: str
    instrument: InstrumentKey
    symbol: str
    side: Side
    quantity: int  # units
    limit_paise: int
    product: str = "CARRYFORWARD"
    trigger_paise: int = 0  # 0: no stop

    @property
    def is_stop(self) -> bool:
        """Whether it waits for a trigger."""
        return self.trigger_paise > 0


class OrderUpdate(msgspec.Struct, frozen=True, tag="order_update"):
    """What the broker reports of an order; fills are cumulative for the order.

    `value_paise` is the sum of price x units over all fills so far, so that the average price
    never has to be rounded.
    """

    tag: str
    status: OrderStatus
    broker_id: str = ""
    filled: int = 0  # units
    value_paise: int = 0
    code: str = ""  # the broker's own, on a rejection
    message: str = ""
