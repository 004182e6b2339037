"""What leaves for the broker: one order of an intent, and the wish to have it cancelled."""

from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.orders import OrderRequest, Side
from rustro_kernel.engine.effects import CancelOrder, PlaceOrder
from rustro_kernel.engine.events.orders import OrderSubmissionRequired
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


def submit(world: World, intent: Intent, units: int, limit: int, cause: int) -> None:
    """Send one attempt of an intent under a tag of its own."""
    tag = intent.key[:16] + _digits(intent.attempt)
    quote = world.quote(intent.instrument)
    seen = trigger_price(quote, world.now) or quote.ltp
    intent.live = tag
    intent.cause = world.emit(
        OrderSubmissionRequired(
            intent.id, tag, intent.attempt, intent.side, intent.symbol, units, limit, quote.ltp
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
    )
    world.ask(
        PlaceOrder(
            OrderRequest(
                tag,
                InstrumentKey(intent.instrument),
                intent.symbol,
                Side(intent.side),
                units,
                limit,
                world.settings.orders.product,
            )
        )
    )


def _digits(attempt: int) -> str:
    """An attempt number in at most three characters, so that a tag stays under 20."""
    text = ""
    while True:
        attempt, digit = divmod(attempt, 36)
        text = DIGITS[digit] + text
        if not attempt:
            return text[-3:]
