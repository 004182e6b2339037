"""From a request's fields to an order, or to the code it is refused with at once."""

from collections.abc import Mapping

from rustro_kernel.domain.orders import Side
from rustro_kernel.simulator.exchange.formats import paise_of, whole
from rustro_kernel.simulator.exchange.listing import Listed, Listing
from rustro_kernel.simulator.exchange.order import Form
from rustro_kernel.simulator.exchange.replies import Refusal

Body = Mapping[str, object]
PRODUCTS = ("DELIVERY", "CARRYFORWARD", "MARGIN", "INTRADAY", "BO")
TYPES = {
    "NORMAL": ("LIMIT", "MARKET"),
    "STOPLOSS": ("STOPLOSS_LIMIT", "STOPLOSS_MARKET"),
    "ROBO": ("LIMIT",),
}
LONGEST_TAG = 19
BAD_VARIETY = Refusal("AB1008", "Invalid variety. Value should be NORMAL, STOPLOSS, ROBO")
BLOCKED_ROBO = Refusal("AB2002", "ROBO order is block")
BAD_PRODUCT = Refusal("AB1012", "Invalid Product Type")
BAD_TAG = Refusal("AB4008", "ordertag length should be less than 20 characters")
NO_TOKEN = Refusal("AB4006", "Invalid symbol token")
NO_SYMBOL = Refusal("AB1009", "Symbol Not Found")
BAD_INPUT = "AB1007"


def instrument(body: Body, listing: Listing) -> Listed | Refusal:
    """The instrument: exchange, token and symbol must belong together."""
    if not body.get("symboltoken"):
        return NO_TOKEN
    found = listing.find(body.get("exchange"), body["symboltoken"])
    if found is None or found.symbol != body.get("tradingsymbol"):
        return NO_SYMBOL
    return found


def form(body: Body) -> Form | Refusal:
    """What is asked for, if its words and numbers are valid ones."""
    refusal = _bad_words(body)
    if refusal:
        return refusal
    quantity, price = whole(body.get("quantity")), paise_of(body.get("price", 0))
    trigger, disclosed = paise_of(body.get("triggerprice", 0)), whole(body.get("disclosedquantity"))
    if quantity is None or quantity <= 0:
        return Refusal(BAD_INPUT, "Bad Input: quantity must be a positive whole number")
    if price is None or trigger is None or price < 0 or trigger < 0:
        return Refusal(BAD_INPUT, "Bad Input: price and triggerprice must be amounts in rupees")
    return Form(
        variety=str(body["variety"]),
        order_type=str(body["ordertype"]),
        product=str(body["producttype"]),
        duration=str(body["duration"]),
        side=Side(body["transactiontype"]),
        quantity=quantity,
        price=price,
        trigger=trigger,
        tag=str(body.get("ordertag") or ""),
        disclosed=disclosed or 0,
    )


def _bad_words(body: Body) -> Refusal | None:
    variety, order_type = body.get("variety"), body.get("ordertype")
    if variety == "AMO" or not isinstance(variety, str) or variety not in TYPES:
        return BAD_VARIETY
    if variety == "ROBO":
        return BLOCKED_ROBO
    if body.get("producttype") not in PRODUCTS:
        return BAD_PRODUCT
    if len(str(body.get("ordertag") or "")) > LONGEST_TAG:
        return BAD_TAG
    choices = {
        "ordertype": (order_type, TYPES[variety]),
        "transactiontype": (body.get("transactiontype"), ("BUY", "SELL")),
        "duration": (body.get("duration"), ("DAY", "IOC")),
    }
    for name, (got, allowed) in choices.items():
        if got not in allowed:
            return Refusal(BAD_INPUT, f"Bad Input: {name} should be {', '.join(allowed)}")
    return None
