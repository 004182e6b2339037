"""An order as any of the broker's sources tells it: order book, details, stream (facts 3.4, 8).

Numbers come as numbers or as strings, in rupees; blanks, nulls and NaN stand for nothing.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

import msgspec

from rustro_kernel.brokers.angelone.order_status import STAGES, STATUSES, order_status
from rustro_kernel.brokers.angelone.times import stamp_ns
from rustro_kernel.domain.instruments import InstrumentKey, instrument_key
from rustro_kernel.domain.orders import FINAL, OrderStatus, OrderUpdate

MAX_NUMBER = 10**12


class OrderRow(msgspec.Struct, frozen=True):
    """What one row says. Prices in paise, quantities in units."""

    order_id: str
    status: OrderStatus
    words: str  # the broker's status
    tag: str = ""
    unique_id: str = ""  # only over REST; the key of `details`
    instrument: InstrumentKey = InstrumentKey("")
    symbol: str = ""
    side: str = ""
    quantity: int = 0
    filled: int = 0
    value_paise: int = 0  # average price x filled
    limit_paise: int = 0
    text: str = ""  # why it was rejected
    updated_ns: int = 0  # whole seconds
    trigger_paise: int = 0
    is_stop: bool | None = None  # its variety, which a cancellation must name; None: not said

    @property
    def is_final(self) -> bool:
        """Whether the order is over."""
        return self.status in FINAL

    @property
    def is_known(self) -> bool:
        """Whether its status is in the table."""
        return self.words in STATUSES

    @property
    def news(self) -> tuple[bool, int, int, int]:
        """How new this knowledge is: an end beats all, then more fills, then a later time."""
        return self.is_final, self.filled, self.updated_ns, STAGES.get(self.status, 3)


def order_row(fields: Mapping[str, object]) -> OrderRow | None:
    """A row read; None if it names no order (the greeting). Never raises."""

    def text(name: str) -> str:
        value = fields.get(name)
        return "" if value is None else str(value).strip()

    if not text("orderid"):
        return None
    words, other = text("status").lower(), text("orderstatus").lower()
    filled, quantity = int(number(text("filledshares"))), int(number(text("quantity")))
    status = order_status(words, other, filled)
    if status is OrderStatus.COMPLETE and not filled:
        filled = quantity  # fully filled by definition
    return OrderRow(
        text("orderid"),
        status,
        words if words in STATUSES else other or words,
        tag=text("ordertag"),
        unique_id=text("uniqueorderid"),
        instrument=instrument_key(text("exchange"), text("symboltoken")),
        symbol=text("tradingsymbol"),
        side=text("transactiontype").upper(),
        quantity=quantity,
        filled=filled,
        value_paise=to_paise(number(text("averageprice")) * filled),
        limit_paise=to_paise(number(text("price"))),
        text=text("text"),
        updated_ns=stamp(text("updatetime") or text("exchorderupdatetime")),
        trigger_paise=to_paise(number(text("triggerprice"))),
        is_stop=_is_stop(text("variety").upper(), text("ordertype").upper()),
    )


def _is_stop(variety: str, order_type: str) -> bool | None:
    """By the variety; parked orders are printed as AMO, whatever they are (facts 3.3)."""
    if variety in ("NORMAL", "STOPLOSS"):
        return variety == "STOPLOSS"
    return order_type.startswith("STOPLOSS") if order_type else None


def order_update(row: OrderRow) -> OrderUpdate:
    """The row as the engine hears it."""
    message = row.text if row.status is OrderStatus.REJECTED else ""
    return OrderUpdate(
        row.tag, row.status, row.order_id, row.filled, row.value_paise, message=message
    )


def number(text: str) -> Decimal:
    """A number that is not negative; 0 for a blank, a word, NaN or something absurd."""
    try:
        value = Decimal(text.replace(" ", "") or 0)
    except InvalidOperation:
        return Decimal(0)
    return value if value.is_finite() and 0 <= value <= MAX_NUMBER else Decimal(0)


def to_paise(rupees: Decimal) -> int:
    """The nearest paisa."""
    return int((rupees * 100).to_integral_value(ROUND_HALF_UP))


def stamp(text: str) -> int:
    """The ns of an order's time; 0 where it has none or one we cannot read."""
    try:
        return stamp_ns(text)
    except (ValueError, OverflowError):
        return 0
