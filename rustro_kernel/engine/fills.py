"""What the broker reports of our orders."""

from rustro_kernel.domain.orders import FINAL, OrderStatus, OrderUpdate
from rustro_kernel.engine import ladder, positions
from rustro_kernel.engine.events.orders import (
    DuplicateIgnored,
    OrderAcknowledged,
    OrderCancelled,
    OrderExecuted,
    OrderPartiallyFilled,
    OrderRejected,
    OrderSubmitted,
)
from rustro_kernel.engine.state import Intent, LiveOrder
from rustro_kernel.engine.world import World


def on_update(world: World, update: OrderUpdate) -> None:
    """Take in a report; steps may be skipped, repeated or late."""
    intent = world.state.intents.get(world.state.tags.get(update.tag, ""))
    live = intent.live if intent is not None else None
    if intent is None or live is None or live.tag != update.tag:
        world.emit(DuplicateIgnored("order update", f"{update.tag} {update.status.value}"))
        return
    _state_progress(world, intent, live, update)
    if update.filled > live.filled:
        _take_fill(world, intent, live, update)
    if update.status is OrderStatus.CANCEL_REJECTED:
        ladder.after_refused_cancel(world, intent, live)
    elif update.status in FINAL:
        _take_end(world, intent, live, update)


def _state_progress(world: World, intent: Intent, live: LiveOrder, update: OrderUpdate) -> None:
    """The order's first signs of life, each once."""
    if update.broker_id and not live.was_stated:
        live.was_stated = True
        fact = OrderSubmitted(intent.id, live.tag, update.broker_id)
        intent.cause = world.emit(fact, cause=intent.cause, key=intent.key)
    in_book = update.status not in (OrderStatus.ACCEPTED, OrderStatus.REJECTED)
    if in_book and not live.was_acknowledged:
        live.was_acknowledged = True
        fact_2 = OrderAcknowledged(intent.id, live.tag)
        intent.cause = world.emit(fact_2, cause=intent.cause, key=intent.key)


def _take_fill(world: World, intent: Intent, live: LiveOrder, update: OrderUpdate) -> None:
    units, value = update.filled - live.filled, update.value_paise - live.value
    if update.filled >= live.units:
        fact: OrderExecuted | OrderPartiallyFilled = OrderExecuted(
            intent.id, live.tag, update.filled, update.value_paise
        )
    else:
        fact = OrderPartiallyFilled(
            intent.id, live.tag, update.filled, live.units, update.value_paise
        )
    intent.cause = world.emit(fact, cause=intent.cause, key=intent.key)
    positions.on_fill(world, intent, units, value, cause=intent.cause)
    live.filled, live.value = update.filled, update.value_paise


def _take_end(world: World, intent: Intent, live: LiveOrder, update: OrderUpdate) -> None:
    """The order is final: what it filled counts, and the intent goes on."""
    intent.filled += live.filled
    intent.value += live.value
    intent.live = None
    world.state.tags.pop(live.tag, None)
    if update.status is OrderStatus.REJECTED:
        _take_rejection(world, intent, live, update)
        return
    if update.status is OrderStatus.CANCELLED:
        fact = OrderCancelled(intent.id, live.tag, live.filled, live.value)
        intent.cause = world.emit(fact, cause=intent.cause, key=intent.key)
    ladder.after_order(world, intent)


def _take_rejection(world: World, intent: Intent, live: LiveOrder, update: OrderUpdate) -> None:
    """A refused entry ends; a refused exit goes on trying. A person is told either way."""
    fact = OrderRejected(intent.id, live.tag, update.code, update.message)
    intent.cause = world.emit(fact, cause=intent.cause, key=intent.key)
    text = f"{intent.symbol} {intent.side} rejected: {update.code} {update.message}"
    world.alert("critical", text, cause=intent.cause)
    if intent.is_entry:
        ladder.end(world, intent, f"rejected: {update.code}")
    else:
        ladder.chase(world, intent)
