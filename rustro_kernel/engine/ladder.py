"""Working an intent: the ladder of attempts, the chase of an exit, the end.

An intent has at most one order at the broker: the next attempt waits until the cancellation of
the one before is confirmed. Broker updates come through `fills`.
"""

from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.engine.account import open_units
from rustro_kernel.engine.events.orders import (
    ExitChaseStarted,
    OrderFailedPermanent,
    OrderRetryRequired,
    PreOrderValidationFailed,
    PreOrderValidationPassed,
)
from rustro_kernel.engine.holdings import STOP, Intent, Order
from rustro_kernel.engine.hours import is_tradable
from rustro_kernel.engine.order_protocol import CANCELS, FINALS
from rustro_kernel.engine.pricing import limit_price
from rustro_kernel.engine.submission import submit, withdraw
from rustro_kernel.engine.validation import checks
from rustro_kernel.engine.world import World

LAST_RESTS_NS = 5 * SECOND
REPRICE_NS = SECOND
ALERT_EVERY_NS = 30 * SECOND


def begin(world: World, intent: Intent) -> None:
    """The first attempt now, the others and the end at their times."""
    times = world.limits.at_ns
    for attempt, after in enumerate(times[1:], start=1):
        world.schedule(intent.born_ns + after, "step", f"{intent.id}|{attempt}")
    world.schedule(intent.born_ns + times[-1] + LAST_RESTS_NS, "expire", intent.id)
    _advance(world, intent)


def on_step(world: World, reference: str) -> None:
    """The ladder has reached its next attempt."""
    intent_id, _, attempt = reference.rpartition("|")
    intent = world.state.intents.get(intent_id)
    if intent is not None and intent.kind == "ladder" and not intent.ending:
        intent.due_attempt = int(attempt)
        _advance(world, intent)


def on_expire(world: World, intent_id: str) -> None:
    """The last attempt has rested: an entry ends, an exit becomes a chase."""
    intent = world.state.intents.get(intent_id)
    if intent is None or intent.kind != "ladder" or intent.ending:
        return
    if intent.is_entry:
        end(world, intent, "ladder used up")
    else:
        chase(world, intent)


def chase(world: World, intent: Intent) -> None:
    """From now on an exit is re-priced every second until it is flat."""
    if intent.kind == "chase":
        return
    intent.kind = "chase"
    position = world.state.positions[intent.position_id]
    world.emit(ExitChaseStarted(intent.id, position.id, open_units(position)), cause=intent.cause)
    on_reprice(world, intent.id)


def on_reprice(world: World, intent_id: str) -> None:
    """One more second of a chase."""
    intent = world.state.intents.get(intent_id)
    if intent is None or intent.kind != "chase":
        return
    if world.now - max(intent.alerted_ns, intent.born_ns) >= ALERT_EVERY_NS:
        intent.alerted_ns = world.now
        world.alert("warning", f"{intent.symbol} is not closed yet", cause=intent.cause)
    if is_tradable(world.state.hours, world.now):
        intent.due_attempt = intent.attempt + 1
        _advance(world, intent)
    world.schedule(world.now + REPRICE_NS, "reprice", intent.id)


def _advance(world: World, intent: Intent) -> None:
    """Send the attempt that is due; what is working is cancelled first."""
    live = world.order_of(intent)
    if live is None:
        _send(world, intent, intent.due_attempt)
    elif live.state in CANCELS and not _is_as_wanted(world, intent, live):
        seq = world.emit(
            OrderRetryRequired(
                intent.id, live.tag, intent.due_attempt, intent.filled + live.filled
            ),
            cause=intent.cause,
            key=intent.key,
        )
        withdraw(world, live)
        intent.cause = seq


def _is_as_wanted(world: World, intent: Intent, live: Order) -> bool:
    """Whether a chase would only send the same order again, to the end of the exchange's queue.

    Each second of a chase would else cost a cancellation and an order out of the hour's budget,
    for as long as nobody bids.
    """
    if intent.kind != "chase" or live.units - live.filled != _remaining(world, intent):
        return False
    return live.limit == limit_price(world, intent, intent.due_attempt)


def end(world: World, intent: Intent, reason: str) -> None:
    """Stop working an intent: its order is cancelled, the rest follows the confirmation."""
    intent.ending = intent.ending or reason
    live = world.order_of(intent)
    if live is not None:
        withdraw(world, live)
    elif not intent.ghosts:
        finish(world, intent)


def after_refused_cancel(world: World, intent: Intent) -> None:
    """It has filled, or is still there: the next attempt cancels again; what ends has none."""
    if intent.ending:
        world.schedule(world.now + REPRICE_NS, "cancel", intent.id)


def on_cancel(world: World, intent_id: str) -> None:
    """Cancel the order of an ending intent once more, if it still stands."""
    intent = world.state.intents.get(intent_id)
    if intent is not None and intent.ending:
        end(world, intent, intent.ending)


def after_order(world: World, intent: Intent) -> None:
    """The order of an intent is final: end, go on, or be done. A ghost is waited for."""
    if intent.ghosts:
        return
    if intent.kind == STOP or intent.ending or _remaining(world, intent) <= 0:
        finish(world, intent)
    elif intent.due_attempt > intent.attempt:
        _send(world, intent, intent.due_attempt)


def fit(world: World, intent: Intent) -> None:
    """Fewer units are wanted than before: the order at work must not trade more than that."""
    live, wanted = world.order_of(intent), _remaining(world, intent)
    if live is None and wanted <= 0 and not intent.ghosts:
        finish(world, intent)
    elif live is not None and live.units - live.filled > wanted:
        withdraw(world, live)


def _remaining(world: World, intent: Intent) -> int:
    """Units still wanted: an exit wants what is held, up to the freeze quantity in all."""
    live = world.order_of(intent)
    traded = intent.filled + (live.filled if live is not None else 0)
    if intent.is_entry:
        return intent.units - traded
    held = open_units(world.state.positions[intent.position_id])
    return min(held, intent.most - traded) if intent.most else held


def _send(world: World, intent: Intent, attempt: int) -> None:
    """Price, check and send one attempt; while a ghost of it lives there is no other."""
    units, limit = _remaining(world, intent), limit_price(world, intent, attempt)
    if limit is None or units <= 0 or intent.ghosts or _is_blind(world, intent):
        return
    if not intent.is_entry and is_rivalled(world, intent.position_id):
        return
    intent.attempt = attempt
    made = checks(world, intent, units, limit)
    failed = tuple(check.name for check in made if check.ok is False)
    if failed:
        _refuse(world, intent, failed, PreOrderValidationFailed(intent.id, failed, made))
        return
    cause = world.emit(
        PreOrderValidationPassed(intent.id, made), cause=intent.cause, key=intent.key
    )
    submit(world, intent, units, limit, cause)


def is_rivalled(world: World, position_id: str) -> bool:
    """Whether another order may still sell the same units, as one that was thought to be gone."""
    return any(
        order.position_id == position_id and not order.is_entry
        for order in world.state.orders.values()
        if order.state not in FINALS
    )


def _is_blind(world: World, intent: Intent) -> bool:
    """After a restart nothing is sold before the broker has said what there is."""
    recovery = world.state.recovery
    return recovery is not None and recovery.is_blind(intent.instrument)


def _refuse(
    world: World, intent: Intent, failed: tuple[str, ...], fact: PreOrderValidationFailed
) -> None:
    """An entry ends here; an exit is told and tries again, for ever."""
    cause = world.emit(fact, cause=intent.cause, key=intent.key)
    if intent.is_entry:
        end(world, intent, f"checks failed: {', '.join(failed)}")
    elif intent.kind == "ladder":
        chase(world, intent)
    elif intent.attempt == 0:
        world.alert("critical", f"exit of {intent.symbol} refused: {failed}", cause=cause)


def finish(world: World, intent: Intent) -> None:
    """An intent is done: forget it; its position is told when the item at hand is over."""
    world.state.intents.pop(intent.id, None)
    if intent.is_entry and intent.filled < intent.units:
        quote = world.quote(intent.instrument)
        world.emit(
            OrderFailedPermanent(
                intent.id, intent.ending, intent.filled, intent.units, quote.bid, quote.ask
            ),
            cause=intent.cause,
            key=intent.key,
        )
    world.done.append(intent)
