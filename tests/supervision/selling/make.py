"""Orders and positions as the broker tells them; say only what the test is about."""

from rustro_kernel.brokers.angelone.book_rows import Held
from rustro_kernel.brokers.angelone.order_rows import OrderRow
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.orders import OrderStatus
from rustro_kernel.supervision.selling.ours import Ours, head

SESSION = "2026-09-09-live-main-1"
KEY = InstrumentKey("NFO:1")
OTHER = InstrumentKey("NFO:2")
TAG = "0123456789abcdef"
OPEN, DONE, GONE = OrderStatus.OPEN, OrderStatus.COMPLETE, OrderStatus.CANCELLED


def ours(*heads: str, **changed) -> Ours:
    plain = {
        "session_id": SESSION,
        "symbols": {KEY: "CALL", OTHER: "PUT"},
        "heads": frozenset(heads or (TAG,)),
    }
    return Ours(**{**plain, **changed})


def row(side="BUY", quantity=65, filled=None, status=DONE, *, tag=f"{TAG}0", key=KEY, **changed):
    """An order; complete and of the session unless told otherwise."""
    filled = (quantity if status is DONE else 0) if filled is None else filled
    plain = {
        "order_id": changed.pop("id", f"{tag}-{side}"),
        "status": status,
        "words": status.value,
        "tag": tag,
        "instrument": key,
        "side": side,
        "quantity": quantity,
        "filled": filled,
    }
    return OrderRow(**{**plain, **changed})


def sale(number=0, *, key=KEY, **changed):
    """A sale of the supervisor's own."""
    return row("SELL", tag=f"{head(SESSION, key)}{number}", key=key, **changed)


def position(net, key=KEY, product="CARRYFORWARD"):
    return Held(key, "", product, net, 0, 0, 0, 0, 0)
