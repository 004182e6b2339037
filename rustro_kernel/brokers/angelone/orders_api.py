"""The three calls that move orders. Nothing but LIMIT and DAY can be said here.

Success means that the broker has received the request, no more; the order's fate comes by order
stream, order book or details (facts/smartapi.md 3.2, 3.3).
"""

from collections.abc import Callable
from typing import NamedTuple

import msgspec

from rustro_kernel.brokers.angelone.amounts import rupees_text
from rustro_kernel.brokers.angelone.client import Client, always
from rustro_kernel.brokers.angelone.routes import CANCEL, MODIFY, PLACE
from rustro_kernel.domain.errors import BrokerRefused
from rustro_kernel.domain.orders import OrderRequest, Side

LONGEST_TAG = 19
LIMIT = {"variety": "NORMAL", "ordertype": "LIMIT"}
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
    urgent: bool = False,
    is_wanted: Callable[[], bool] = always,
) -> Placed:
    """Send a LIMIT DAY order, once; not at all if it is not wanted when its turn has come.

    Raises:
        BrokerRefused: The broker says no; or nothing was sent, because the order is none or,
            with the code WITHDRAWN, not wanted.
        BrokerError: Where `outcome_unknown`, look it up by its tag, for 5 s at least.
    """
    _check(order)
    body = {**LIMIT, "triggerprice": "0", **_fields(order), **_first(order)}
    return await client.write(PLACE, PLACED, _placed, body, urgent=urgent, is_wanted=is_wanted)


async def place_stop(client: Client, order: OrderRequest, trigger_paise: int) -> Placed:
    """Send a STOPLOSS_LIMIT DAY order, once: a limit order that enters the book at its trigger.

    Raises:
        BrokerRefused: As `place`; also if the trigger is on the wrong side of the limit.
        BrokerError: As `place`.
    """
    _check(order)
    ahead = trigger_paise - order.limit_paise
    if trigger_paise <= 0 or (ahead < 0 if order.side is Side.SELL else ahead > 0):
        words = f"a {order.side.value} stop cannot have trigger {trigger_paise} paise"
        raise BrokerRefused(PLACE.name, f"{words} and limit {order.limit_paise} paise")
    body = {**_stop(trigger_paise), **_fields(order), **_first(order)}
    return await client.write(PLACE, PLACED, _placed, body, urgent=True)


async def modify(
    client: Client,
    broker_id: str,
    order: OrderRequest,
    *,
    trigger_paise: int = 0,
    urgent: bool = False,
) -> Placed:
    """Give an order a new price or a new total quantity; a stop keeps its trigger here.

    Raises:
        BrokerError: As `place`. The id stays the same.
    """
    _check(order)
    kind = _stop(trigger_paise) if trigger_paise else LIMIT
    body = {"orderid": broker_id, **kind, **_fields(order)}
    return await client.write(MODIFY, PLACED, _placed, body, urgent=urgent)


async def cancel(
    client: Client, broker_id: str, *, is_stop: bool = False, urgent: bool = False
) -> Placed:
    """Ask for a cancellation; it is done when the order says so.

    Raises:
        BrokerError: As `place`; BrokerRefused also when the order is finished already.
    """
    body = {"variety": "STOPLOSS" if is_stop else "NORMAL", "orderid": broker_id}
    return await client.write(CANCEL, PLACED, _placed, body, urgent=urgent)


def _stop(trigger_paise: int) -> dict[str, str]:
    trigger = rupees_text(trigger_paise)
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


def _check(order: OrderRequest) -> None:
    """Refuse what must never leave: an order that could not be found again, or is none."""
    problem = ""
    if not 0 < len(order.tag) <= LONGEST_TAG:
        problem = f"the tag must have 1 to {LONGEST_TAG} characters, got {len(order.tag)}"
    elif order.quantity <= 0 or order.limit_paise <= 0:
        problem = f"got {order.quantity} units at {order.limit_paise} paise"
    elif not order.symbol:
        problem = f"no symbol for {order.instrument}"
    if problem:
        raise BrokerRefused(PLACE.name, problem)


def _placed(row: _PlacedRow) -> Placed:
    if not row.orderid:
        raise ValueError("no order id")
    return Placed(row.orderid, row.uniqueorderid or "")
