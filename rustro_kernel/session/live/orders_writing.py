"""The three calls of the live desk that change anything at the broker.

An order is sent at most once. Only a token that is refused for certain is answered by sending
again, after a new login: such a request was stopped at the gate (facts/smartapi.md 2.6). Whether
anything else was done is known or unknown, and the unknown is looked up.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from rustro_kernel.brokers.angelone import orders_api
from rustro_kernel.brokers.angelone.client import WITHDRAWN, Client
from rustro_kernel.brokers.angelone.limits import Urgency
from rustro_kernel.brokers.angelone.orders_api import Placed
from rustro_kernel.brokers.angelone.routes import PLACE
from rustro_kernel.domain.errors import (
    BrokerAuthRefused,
    BrokerError,
    BrokerTransient,
    LiveRefused,
)
from rustro_kernel.domain.orders import OrderRequest, OrderStatus, OrderUpdate, Side

log = logging.getLogger(__name__)
T = TypeVar("T")

UNRELIABLE = "AB1019"
"""Undocumented: now a dead token, now too many requests. What it answers may have been taken."""


async def place(
    client: Client, order: OrderRequest, is_wanted: Callable[[], bool]
) -> Placed | OrderUpdate:
    """Send an order, if it is still wanted when its turn has come.

    Returns:
        The broker's ids, or what else is to be told: REJECTED, UNKNOWN, CANCELLED.
    """
    urgency = _urgency(order)
    try:
        return await _admitted(
            lambda: orders_api.place(client, order, urgency=urgency, is_wanted=is_wanted)
        )
    except BrokerError as exc:
        return OrderUpdate(order.tag, _end(exc), code=exc.broker_code, message=exc.words)
    except LiveRefused as exc:
        return OrderUpdate(order.tag, OrderStatus.REJECTED, code=exc.code, message=exc.reason)


def _end(exc: BrokerError) -> OrderStatus:
    """What became of an order whose request failed; a login that failed sent no order."""
    if exc.outcome_unknown and exc.route == PLACE.name:
        return OrderStatus.UNKNOWN
    is_withdrawn = exc.broker_code == WITHDRAWN
    return OrderStatus.CANCELLED if is_withdrawn else OrderStatus.REJECTED


def _urgency(order: OrderRequest) -> Urgency:
    """A stop is for later, an exit for now."""
    if order.side is Side.BUY:
        return Urgency.PLAIN
    return Urgency.PROTECTION if order.is_stop else Urgency.EXIT


async def modify(
    client: Client, broker_id: str, order: OrderRequest, is_wanted: Callable[[], bool]
) -> Placed | OrderUpdate:
    """Ask for a change, if it is still wanted when its turn has come; it may be an exit.

    Returns:
        The broker's receipt, or UNKNOWN, or MODIFY_REJECTED where it was not done for certain.
    """
    urgency = Urgency.EXIT if order.side is Side.SELL else Urgency.PLAIN
    try:
        return await _admitted(
            lambda: orders_api.modify(
                client, broker_id, order, urgency=urgency, is_wanted=is_wanted
            )
        )
    except BrokerError as exc:
        is_unknown = exc.outcome_unknown  # after a login that failed it is asked for again too
        if is_unknown:
            log.warning("change of %s: %s", broker_id, exc)
        status = OrderStatus.UNKNOWN if is_unknown else OrderStatus.MODIFY_REJECTED
        return OrderUpdate(order.tag, status, code=exc.broker_code, message=exc.words)
    except LiveRefused as exc:
        refused = OrderStatus.MODIFY_REJECTED
        return OrderUpdate(order.tag, refused, code=exc.code, message=exc.reason)


async def cancel(client: Client, broker_id: str, *, is_stop: bool) -> tuple[str, str] | None:
    """Ask for a cancellation; code and words of a refusal, None if it may have been received."""
    urgency = Urgency.EXIT
    try:
        await _admitted(
            lambda: orders_api.cancel(client, broker_id, is_stop=is_stop, urgency=urgency)
        )
    except BrokerError as exc:
        if exc.outcome_unknown:
            log.warning("cancellation of %s: %s", broker_id, exc)
            return None
        return exc.broker_code, exc.words
    except LiveRefused as exc:
        return exc.code, exc.reason
    return None


async def _admitted(call: Callable[[], Awaitable[T]]) -> T:
    """The answer to a write, after one new login if its token was refused."""
    try:
        return await _certain(call)
    except BrokerAuthRefused as exc:
        log.warning("%s; sending again after a new login", exc)
        return await _certain(call)


async def _certain(call: Callable[[], Awaitable[T]]) -> T:
    """The answer to a write; a refusal that proves nothing leaves its outcome unknown."""
    try:
        return await call()
    except BrokerAuthRefused as exc:
        if exc.broker_code == UNRELIABLE:
            raise BrokerTransient(exc.route, exc.words, exc.broker_code) from exc
        raise
