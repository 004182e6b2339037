"""Reports of orders that are over in our books."""

from rustro_kernel.domain.orders import OrderStatus, OrderUpdate
from rustro_kernel.engine import booking, ladder
from rustro_kernel.engine.events.orders import DuplicateIgnored, LateFillAdopted
from rustro_kernel.engine.holdings import Order
from rustro_kernel.engine.order_protocol import CANCELS, FINALS, REPORTS, OrderState
from rustro_kernel.engine.submission import withdraw
from rustro_kernel.engine.world import World

SEEN = frozenset(
    {OrderStatus.ACCEPTED, OrderStatus.OPEN, OrderStatus.PARTIAL, OrderStatus.COMPLETE}
)
AGAIN_NS = ladder.REPRICE_NS


def on_report(world: World, order: Order, update: OrderUpdate, *, can_be: bool) -> None:
    """Fills that were not counted are adopted; an order that lives after all is cancelled."""
    if update.filled > order.filled:
        _adopt(world, order, update)
    elif can_be:
        world.emit(DuplicateIgnored("order update", f"{update.tag} {update.status.value}"))
    if order.state is OrderState.ABSENT:
        _haunt(world, order, update)
    elif order.state in CANCELS:  # its cancellation was refused
        world.schedule(world.now + AGAIN_NS, "ghost", order.tag)
    elif order.state in FINALS:
        _lay(world, order)


def _adopt(world: World, order: Order, update: OrderUpdate) -> None:
    """Count units that traded without our knowing."""
    units, value = update.filled - order.filled, update.value_paise - order.value
    order.filled, order.value = update.filled, update.value_paise
    order.cause = world.emit(
        LateFillAdopted(
            order.intent_id, order.tag, order.position_id, units, value, order.filled,
            order.units, order.value,
        ),
        cause=order.cause,
        key=order.key,
    )  # fmt: skip
    world.alert("warning", f"{units} units of {order.tag} filled late", cause=order.cause)
    intent = world.state.intents.get(order.intent_id)
    if intent is not None:
        intent.filled += units
        intent.value += value
    booking.book(world, order, units, value, cause=order.cause)


def _haunt(world: World, order: Order, update: OrderUpdate) -> None:
    """An order that was proven absent is there: a ghost, which goes before anything is sent."""
    if update.status not in SEEN:
        return
    order.state = REPORTS[OrderState.SENT][update.status]
    if order.state in FINALS:
        return
    world.alert("critical", f"order {order.tag} is there after all: cancelled", cause=order.cause)
    intent = world.state.intents.get(order.intent_id)
    if intent is not None:
        intent.ghosts.append(order.tag)
    withdraw(world, order)


def on_ghost(world: World, tag: str) -> None:
    """Cancel a ghost once more, if it still stands."""
    withdraw(world, world.state.orders[tag])


def _lay(world: World, order: Order) -> None:
    """A ghost is gone: its intent goes on."""
    intent = world.state.intents.get(order.intent_id)
    if intent is not None and order.tag in intent.ghosts:
        intent.ghosts.remove(order.tag)
        if not intent.live:
            ladder.after_order(world, intent)
