"""The three calls that move orders. Nothing but LIMIT, STOPLOSS_LIMIT and DAY can be said here.

Success means that the broker has received the request, no more; the order's fate comes by order
stream, order book or details (facts/smartapi.md 3.2, 3.3).
"""

from collections.abc import Callable
from typing import NamedTuple

import msgspec

from rustro_kernel.brokers.angelone.amounts import rupees_text
from rustro_kernel.brokers.angelone.client import Client, always
from rustro_kernel.brokers.angelone.limits import Urgency
from rustro_kernel.brokers.angelone.routes import CANCEL, MODIFY, PLACE, Route
from rustro_kernel.domain.errors import BrokerRefused
from rustro_kernel.domain.orders import OrderRequest, Side

LONGEST_TAG = 19
DURATION = "DAY"


class _PlacedRow(msgspec.Struct):
    orderid: str
    uniqueorderid: str | None = None


class Placed(NamedTuple):
    """The broker's two ids of an order. `unique_id` is empty where it gave none."""

    broker_id: str
    unique_id: str


PLACED = msgspec.json.Decoder(_PlacedRow)


async def place(
    client: Client,
    order: OrderRequest,
    *,
    urgency: Urgency = Urgency.PLAIN,
    is_wanted: Callable[[], bool] = always,
) -> Placed:
    """Send an order, once; not at all if it is not wanted when its turn has come.

    Raises:
        BrokerRefused: The broker says no; or nothing was sent, because the order is none or,
            with the code WITHDRAWN, not wanted.
        BrokerError: Where `outcome_unknown`, look it up by its tag, for 5 s at least.
    """
    _check(PLACE, order)
    body = {"triggerprice": "0", **_kind(order), **_fields(order), **_first(order)}
    return await client.write(PLACE, PLACED, _placed, body, urgency=urgency, is_wanted=is_wanted)


async def modify(
    client: Client,
    broker_id: str,
    order: OrderRequest,
    *,
    urgency: Urgency = Urgency.PLAIN,
    is_wanted: Callable[[], bool] = always,
) -> Placed:
    """Give an order the limit, trigger and total quantity of `order`; a stop stays a stop.

    Raises:
        BrokerError: As `place`. The id stays the same.
    """
    _check(MODIFY, order)
    body = {"orderid": broker_id, **_kind(order), **_fields(order)}
    return await client.write(MODIFY, PLACED, _placed, body, urgency=urgency, is_wanted=is_wanted)


async def cancel(
    client: Client, broker_id: str, *, is_stop: bool = False, urgency: Urgency = Urgency.PLAIN
) -> Placed:
    """Ask for a cancellation; it is done when the order says so.

    Raises:
        BrokerError: As `place`; BrokerRefused also when the order is finished already.
    """
    body = {"variety": "STOPLOSS" if is_stop else "NORMAL", "orderid": broker_id}
    return await client.write(CANCEL, PLACED, _placed, body, urgency=urgency)


def _kind(order: OrderRequest) -> dict[str, str]:
    if not order.is_stop:
        return {"variety": "NORMAL", "ordertype": "LIMIT"}
    trigger = rupees_text(order.trigger_paise)
    return {"variety": "STOPLOSS", "ordertype": "STOPLOSS_LIMIT", "triggerprice": trigger}


def _fields(order: OrderRequest) -> dict[str, str]:
    """What placing and modifying have in common; `quantity` is the order's total."""
    exchange, _, token = order.instrument.partition(":")
    return {
        "exchange": exchange,
        "symboltoken": token,
        "tradingsymbol": order.symbol,
        "producttype": order.product,
        "duration": DURATION,
        "price": rupees_text(order.limit_paise),
        "quantity": str(order.quantity),
    }


def _first(order: OrderRequest) -> dict[str, str]:
    """What an order keeps for life."""
    return {
        "transactiontype": order.side.value,
        "squareoff": "0",
        "stoploss": "0",
        "ordertag": order.tag,
    }


def _check(route: Route, order: OrderRequest) -> None:
    """Refuse what must never leave: an order that could not be found again, or is none."""
    problem = ""
    if not 0 < len(order.tag) <= LONGEST_TAG:
        problem = f"the tag must have 1 to {LONGEST_TAG} characters, got {len(order.tag)}"
    elif order.quantity <= 0 or order.limit_paise <= 0:
        problem = f"got {order.quantity} units at {order.limit_paise} paise"
    elif not order.symbol:
        problem = f"no symbol for {order.instrument}"
    elif order.trigger_paise and not _can_trigger(order):
        words = f"a {order.side.value} stop cannot have trigger {order.trigger_paise} paise"
        problem = f"{words} and limit {order.limit_paise} paise"
    if problem:
        raise BrokerRefused(route.name, problem)


def _can_trigger(stop: OrderRequest) -> bool:
    """Whether a stop's limit is still beyond its trigger when that is reached."""
    trigger, limit = stop.trigger_paise, stop.limit_paise
    return trigger >= limit if stop.side is Side.SELL else 0 < trigger <= limit


def _placed(row: _PlacedRow) -> Placed:
    if not row.orderid:
        raise ValueError("no order id")
    return Placed(row.orderid, row.uniqueorderid or "")
