"""One order at the broker: what was asked for and what became of it."""

import uuid
from dataclasses import dataclass, field
from typing import NamedTuple

from rustro_kernel.domain.orders import Side
from rustro_kernel.simulator.exchange.listing import Listed

VALIDATING = "validation pending"
OPEN_PENDING = "open pending"
OPEN = "open"
TRIGGER_PENDING = "trigger pending"
MODIFY_PENDING = "modify pending"
CANCEL_PENDING = "cancel pending"
MODIFIED = "modified"
COMPLETE = "complete"
CANCELLED = "cancelled"
REJECTED = "rejected"
PARKED = "after market order req received"
PARKED_MODIFIED = "modify after market order req received"
PARKED_CANCELLED = "cancelled after market order"
FINAL = frozenset({COMPLETE, CANCELLED, REJECTED, PARKED_CANCELLED})
WAITING = frozenset({PARKED, PARKED_MODIFIED})
"""States of an order that waits for the market to open."""


class Form(NamedTuple):
    """An order as it was asked for: prices in paise, quantities in units."""

    variety: str
    order_type: str
    product: str
    duration: str
    side: Side
    quantity: int
    price: int
    trigger: int
    tag: str = ""
    disclosed: int = 0

    @property
    def is_stop(self) -> bool:
        """Whether it waits for a trigger."""
        return self.variety == "STOPLOSS"


class Fill(NamedTuple):
    """One trade of an order."""

    id: str
    ts_ns: int
    price: int
    units: int


@dataclass(slots=True)
class Order:
    """`status` is the last word; `resting` says where it stands beneath a pending request."""

    id: str
    form: Form
    listed: Listed
    placed_ns: int
    status: str = VALIDATING
    is_in_book: bool = False
    is_triggered: bool = False
    is_parked: bool = False
    text: str = ""
    exchange_id: str = ""
    exchange_ns: int = 0
    updated_ns: int = 0
    cancelled: int = 0
    forced_reason: str = ""
    fills: list[Fill] = field(default_factory=list)

    @property
    def uid(self) -> str:
        """The UUID that `details` is asked by."""
        return str(uuid.uuid5(uuid.NAMESPACE_OID, self.id))

    @property
    def is_final(self) -> bool:
        """Whether nothing can happen to it any more."""
        return self.status in FINAL

    @property
    def filled(self) -> int:
        """Units that traded."""
        return sum(fill.units for fill in self.fills)

    @property
    def value(self) -> int:
        """Paise that the fills moved."""
        return sum(fill.price * fill.units for fill in self.fills)

    @property
    def remaining(self) -> int:
        """Units that may still trade."""
        return 0 if self.is_final else self.form.quantity - self.filled

    @property
    def resting(self) -> str:
        """`open` or `trigger pending`: what it is when no request is in flight."""
        return TRIGGER_PENDING if self.form.is_stop and not self.is_triggered else OPEN

    @property
    def is_waiting_for_trigger(self) -> bool:
        """In the exchange's stop book."""
        return self.is_in_book and self.resting == TRIGGER_PENDING
