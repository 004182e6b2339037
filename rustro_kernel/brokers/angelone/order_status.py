"""The broker's words for the state of an order (facts/smartapi.md, 3.5)."""

from rustro_kernel.domain.orders import FINAL, OrderStatus

STATUSES = {
    "validation pending": OrderStatus.ACCEPTED,
    "put order req received": OrderStatus.ACCEPTED,
    "open pending": OrderStatus.ACCEPTED,
    "after market order req received": OrderStatus.ACCEPTED,
    "modify after market order req received": OrderStatus.ACCEPTED,
    "open": OrderStatus.OPEN,
    "trigger pending": OrderStatus.OPEN,
    "modify pending": OrderStatus.OPEN,
    "modified": OrderStatus.OPEN,
    "cancel pending": OrderStatus.OPEN,
    "cancelled after market order": OrderStatus.CANCELLED,
    "cancelled": OrderStatus.CANCELLED,
    "complete": OrderStatus.COMPLETE,
    "rejected": OrderStatus.REJECTED,
}
STAGES = {OrderStatus.ACCEPTED: 0, OrderStatus.OPEN: 1, OrderStatus.PARTIAL: 2}
"""How far a living order has come; what is over is 3."""


def order_status(status: str, orderstatus: str, filled: int) -> OrderStatus:
    """What two words of one row amount to; they are not always equal, and an end beats the rest.

    A living order with fills is partial, whatever it is called. A word we do not know is taken for
    a living order: reconciliation goes on asking.
    """
    said = [STATUSES[word] for word in (status, orderstatus) if word in STATUSES]
    for each in said:
        if each in FINAL:
            return each
    if filled:
        return OrderStatus.PARTIAL
    return said[0] if said else OrderStatus.ACCEPTED
