"""Orders as rows of the order book and as messages of the order stream."""

import msgspec

from rustro_kernel.domain.instruments import Kind
from rustro_kernel.simulator.exchange import order as states
from rustro_kernel.simulator.exchange.formats import expiry, stamp
from rustro_kernel.simulator.exchange.listing import Listed
from rustro_kernel.simulator.exchange.order import Order

Row = dict[str, object]
CODES = {
    states.OPEN: "AB01",
    states.CANCELLED: "AB02",
    states.REJECTED: "AB03",
    states.MODIFIED: "AB04",
    states.COMPLETE: "AB05",
    states.PARKED: "AB06",
    states.PARKED_CANCELLED: "AB07",
    states.PARKED_MODIFIED: "AB08",
    states.OPEN_PENDING: "AB09",
    states.TRIGGER_PENDING: "AB10",
    states.MODIFY_PENDING: "AB11",
}
"""What the order stream has a code for; other states are never sent."""
GREETING = "AB00"
TEXTS = (
    "variety", "ordertype", "ordertag", "producttype", "duration", "tradingsymbol",
    "transactiontype", "exchange", "symboltoken", "instrumenttype", "optiontype", "expirydate",
    "filledshares", "unfilledshares", "orderid", "text", "status", "orderstatus", "updatetime",
    "exchtime", "exchorderupdatetime", "fillid", "filltime", "parentorderid",
)  # fmt: skip
"""What is an empty text in the greeting."""


def contract(listed: Listed) -> Row:
    """What kind of contract, in the words of the order system; the strike in rupees."""
    instrument = listed.instrument
    right = instrument.right.value if instrument.right else "XX"
    return {
        "instrumenttype": listed.type,
        "strikeprice": instrument.strike / 100 if instrument.kind is Kind.OPTION else -1.0,
        "optiontype": right,
        "expirydate": expiry(instrument),
        "lotsize": str(instrument.lot),
    }


def stream_row(order: Order, skew_ns: int = 0) -> Row:
    """The order as the order stream has it: prices are numbers, quantities texts."""
    form, listed = order.form, order.listed
    at_exchange = order.exchange_ns + skew_ns if order.exchange_ns else 0
    changed = stamp(order.updated_ns + skew_ns)
    average = order.value / order.filled / 100 if order.filled else 0.0
    return {
        "variety": "AMO" if order.is_parked else form.variety,
        "ordertype": form.order_type,
        "ordertag": form.tag,
        "producttype": form.product,
        "price": form.price / 100,
        "triggerprice": form.trigger / 100,
        "quantity": str(form.quantity),
        "disclosedquantity": str(form.disclosed),
        "duration": form.duration,
        "squareoff": 0.0,
        "stoploss": 0.0,
        "trailingstoploss": 0.0,
        "tradingsymbol": listed.symbol,
        "transactiontype": form.side.value,
        "exchange": listed.exchange,
        "symboltoken": listed.token,
        **contract(listed),
        "cancelsize": str(order.cancelled),
        "averageprice": round(average, 2),
        "filledshares": str(order.filled),
        "unfilledshares": str(form.quantity - order.filled),
        "orderid": order.id,
        "text": order.text,
        "status": order.status,
        "orderstatus": order.resting if order.status == states.MODIFIED else order.status,
        "updatetime": changed,
        "exchtime": stamp(at_exchange),
        "exchorderupdatetime": changed if at_exchange else "",
        "fillid": "",
        "filltime": "",
        "parentorderid": "",
    }


def book_row(order: Order, skew_ns: int = 0) -> Row:
    """The order as the order book and `details` have it."""
    ids = {"uniqueorderid": order.uid, "exchangeorderid": order.exchange_id}
    return {**stream_row(order, skew_ns), **ids}


def update(order: Order, client: str, skew_ns: int = 0) -> str | None:
    """A message of the order stream; None of a state that it has no code for."""
    code = CODES.get(order.status)
    return _message(client, code, stream_row(order, skew_ns)) if code else None


def greeting(client: str) -> str:
    """The first message of a connection: an order with nothing in it."""
    prices = ("price", "triggerprice", "squareoff", "stoploss", "trailingstoploss")
    sizes = ("quantity", "disclosedquantity", "lotsize", "cancelsize")
    numbers = dict.fromkeys((*prices, "strikeprice", "averageprice"), 0.0)
    nothing: Row = {**dict.fromkeys(TEXTS, ""), **numbers, **dict.fromkeys(sizes, "0")}
    return _message(client, GREETING, nothing)


def _message(client: str, code: str, data: Row) -> str:
    about = {"user-id": client, "status-code": "200", "order-status": code, "error-message": ""}
    return msgspec.json.encode({**about, "orderData": data}).decode()
