"""What leaves for the broker: one order of an intent, and the wish to have it cancelled."""

from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.orders import OrderRequest, Side
from rustro_kernel.engine.effects import CancelOrder, ModifyOrder, PlaceOrder
from rustro_kernel.engine.events.orders import (
    OrderModificationRequired,
    OrderSubmissionRequired,
)
from rustro_kernel.engine.holdings import Intent, Order
from rustro_kernel.engine.order_protocol import CANCELS
from rustro_kernel.engine.pricing import trigger_price
from rustro_kernel.engine.world import World

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def withdraw(world: World, order: Order) -> None:
    """Ask for the cancellation of an order, once until that is refused.

    Of one whose outcome is unknown too: the session carries that out when it is proven to be there.
    """
    if order.state in CANCELS:
        order.state = CANCELS[order.state]
        world.ask(CancelOrder(order.tag))


def submit(
    world: World, intent: Intent, units: int, limit: int, cause: int, trigger: int = 0
) -> None:
    """Send one attempt of an intent under a tag of its own; with a trigger it is a stop."""
    tag = intent.key[:16] + _digits(intent.attempt)
    quote = world.quote(intent.instrument)
    seen = trigger or trigger_price(quote, world.now) or quote.ltp
    intent.live = tag
    intent.cause = world.emit(
        OrderSubmissionRequired(
            intent.id,
            tag,
            intent.attempt,
            intent.side,
            intent.symbol,
            units,
            limit,
            quote.ltp,
            trigger,
        ),
        cause=cause,
        key=intent.key,
    )
    world.state.orders[tag] = Order(
        tag=tag,
        intent_id=intent.id,
        key=intent.key,
        position_id=intent.position_id,
        is_entry=intent.is_entry,
        units=units,
        limit=limit,
        seen=seen,
        cause=intent.cause,
        trigger=trigger,
    )
    world.ask(PlaceOrder(_request(world, intent, tag, units, limit, trigger)))


def change(
    world: World, intent: Intent, order: Order, units: int, limit: int, trigger: int
) -> None:
    """Have a resting stop cover so many units in all; it counts as changed from now on."""
    fact = OrderModificationRequired(intent.id, order.tag, units, limit, trigger)
    order.cause = intent.cause = world.emit(fact, cause=intent.cause, key=intent.key)
    order.units, order.limit, order.trigger, intent.units = units, limit, trigger, units
    order.was_changed = True
    world.ask(ModifyOrder(_request(world, intent, order.tag, units, limit, trigger)))


def _request(
    world: World, intent: Intent, tag: str, units: int, limit: int, trigger: int
) -> OrderRequest:
    return OrderRequest(
        tag,
        InstrumentKey(intent.instrument),
        intent.symbol,
        Side(intent.side),
        units,
        limit,
        world.settings.orders.product,
        trigger,
    )


def _digits(attempt: int) -> str:
    """An attempt number in at most three characters, so that a tag stays under 20."""
    text = ""
    while True:
        attempt, digit = divmod(attempt, 36)
        text = DIGITS[digit] + text
        if not attempt:
            return text[-3:]
