"""What the broker reports of our orders."""

from rustro_kernel.domain.orders import OrderStatus, OrderUpdate
from rustro_kernel.engine import booking, ladder, late, protection, revaluation
from rustro_kernel.engine.events.orders import (
    DuplicateIgnored,
    OrderAbsent,
    OrderAcknowledged,
    OrderCancelled,
    OrderExecuted,
    OrderOutcomeUnknown,
    OrderPartiallyFilled,
    OrderRejected,
    OrderReportImpossible,
    OrderSubmitted,
)
from rustro_kernel.engine.events.payload import Payload
from rustro_kernel.engine.holdings import STOP, Intent, Order
from rustro_kernel.engine.order_protocol import FINALS, REPORTS, OrderState
from rustro_kernel.engine.world import World

IN_THE_BOOK = frozenset(
    {OrderStatus.OPEN, OrderStatus.PARTIAL, OrderStatus.COMPLETE, OrderStatus.CANCELLED}
)
"""Reports that only an order which the exchange has seen can have."""


def on_update(world: World, update: OrderUpdate) -> None:
    """Take in a report; steps may be skipped, repeated or late."""
    order = world.state.orders.get(update.tag)
    if order is None:
        world.emit(DuplicateIgnored("order update", f"{update.tag} {update.status.value}"))
        return
    intent = world.working(order.tag)
    can_be = _move(world, order, update)
    revaluation.on_report(world, order, update)
    if intent is None:
        late.on_report(world, order, update, can_be=can_be)
        return
    _at_work(world, intent, order, update)


def _move(world: World, order: Order, update: OrderUpdate) -> bool:
    """Go where the table sends the order; what it does not hold is stated and counted."""
    state, impossible = world.state, update.filled > order.units
    after = REPORTS[order.state].get(update.status)
    if after is None or impossible:
        state.odd_reports += 1
        fact = OrderReportImpossible(
            order.intent_id,
            order.tag,
            order.state.value,
            update.status.value,
            update.filled,
            state.odd_reports,
        )
        world.emit(fact, cause=order.cause, key=order.key)
    if after is None:
        return False
    order.state = after
    return True


def _at_work(world: World, intent: Intent, order: Order, update: OrderUpdate) -> None:
    _state_progress(world, intent, order, update)
    if update.filled > order.filled:
        _take_fill(world, intent, order, update)
    if order.state in FINALS:
        _take_end(world, intent, order, update)
    elif update.status is OrderStatus.CANCEL_REJECTED:
        ladder.after_refused_cancel(world, intent)
    elif update.status is OrderStatus.MODIFY_REJECTED:
        ladder.end(world, intent, f"could not be changed: {update.code} {update.message}".strip())
    if intent.kind == STOP:
        world.touched[intent.position_id] = intent.cause


def _say(world: World, intent: Intent, order: Order, fact: Payload) -> None:
    """State a fact about an intent's order; the next one of either is caused by it."""
    order.cause = intent.cause = world.emit(fact, cause=intent.cause, key=intent.key)


def _state_progress(world: World, intent: Intent, order: Order, update: OrderUpdate) -> None:
    """The order's first signs of life, or that there are none, each once."""
    if update.broker_id and not order.was_stated:
        order.was_stated = True
        _say(world, intent, order, OrderSubmitted(intent.id, order.tag, update.broker_id))
    if update.status in IN_THE_BOOK and not order.was_acknowledged:
        order.was_acknowledged = True
        _say(world, intent, order, OrderAcknowledged(intent.id, order.tag))
    is_open_question = order.state in (OrderState.UNKNOWN, OrderState.WITHDRAWING)
    if update.status is OrderStatus.UNKNOWN and is_open_question and not order.was_unknown:
        order.was_unknown = True
        _say(world, intent, order, OrderOutcomeUnknown(intent.id, order.tag, update.message))
        text = f"{intent.symbol} {intent.side}: nobody knows whether the order was taken"
        world.alert("warning", text, cause=intent.cause)


def _take_fill(world: World, intent: Intent, order: Order, update: OrderUpdate) -> None:
    units, value = update.filled - order.filled, update.value_paise - order.value
    order.filled, order.value = update.filled, update.value_paise
    fact: Payload = OrderPartiallyFilled(
        intent.id, order.tag, order.filled, order.units, order.value
    )
    if order.filled >= order.units:
        fact = OrderExecuted(intent.id, order.tag, order.filled, order.value)
    _say(world, intent, order, fact)
    booking.book(world, order, units, value, cause=intent.cause)
    if intent.kind == STOP:
        protection.on_fill(world, intent)


def _take_end(world: World, intent: Intent, order: Order, update: OrderUpdate) -> None:
    """The order is final: what it filled counts, and the intent goes on."""
    intent.filled += order.filled
    intent.value += order.value
    intent.live = ""
    if order.state is OrderState.REJECTED:
        _take_rejection(world, intent, order, update)
        return
    if order.state is OrderState.CANCELLED:
        _say(world, intent, order, OrderCancelled(intent.id, order.tag, order.filled, order.value))
    elif order.state is OrderState.ABSENT:
        _say(world, intent, order, OrderAbsent(intent.id, order.tag))
    ladder.after_order(world, intent)


def _take_rejection(world: World, intent: Intent, order: Order, update: OrderUpdate) -> None:
    """A refused entry ends; a refused exit goes on trying. A person is told either way."""
    _say(world, intent, order, OrderRejected(intent.id, order.tag, update.code, update.message))
    if not intent.refused_ns or world.now - intent.refused_ns >= ladder.ALERT_EVERY_NS:
        intent.refused_ns = world.now
        text = f"{intent.symbol} {intent.side} rejected: {update.code} {update.message}"
        world.alert("critical", text, cause=intent.cause)
    if intent.is_entry:
        ladder.end(world, intent, f"rejected: {update.code}")
    elif intent.kind == STOP:
        ladder.finish(world, intent)
    else:
        ladder.chase(world, intent)
