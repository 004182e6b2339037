"""Working an intent: the ladder of attempts, the chase of an exit, the end.

An intent has at most one order at the broker: the next attempt waits until the cancellation of
the one before is confirmed. Broker updates come through `fills`.
"""

from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.domain.orders import OrderRequest, Side
from rustro_kernel.engine.account import open_units
from rustro_kernel.engine.effects import CancelOrder, PlaceOrder
from rustro_kernel.engine.events.orders import (
    ExitChaseStarted,
    OrderFailedPermanent,
    OrderRetryRequired,
    OrderSubmissionRequired,
    PreOrderValidationFailed,
    PreOrderValidationPassed,
)
from rustro_kernel.engine.hours import is_tradable
from rustro_kernel.engine.pricing import limit_price, trigger_price
from rustro_kernel.engine.state import Intent, LiveOrder
from rustro_kernel.engine.validation import checks
from rustro_kernel.engine.world import World

LAST_RESTS_NS = 5 * SECOND
REPRICE_NS = SECOND
ALERT_EVERY_NS = 30 * SECOND
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


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
    live = intent.live
    if live is None:
        _send(world, intent, intent.due_attempt)
    elif not live.is_cancelling:
        seq = world.emit(
            OrderRetryRequired(
                intent.id, live.tag, intent.due_attempt, intent.filled + live.filled
            ),
            cause=intent.cause,
            key=intent.key,
        )
        _cancel(world, live)
        intent.cause = seq


def _cancel(world: World, live: LiveOrder) -> None:
    live.is_cancelling = True
    world.ask(CancelOrder(live.tag))


def end(world: World, intent: Intent, reason: str) -> None:
    """Stop working an intent: its order is cancelled, the rest follows the confirmation."""
    intent.ending = intent.ending or reason
    if intent.live is None:
        finish(world, intent)
    elif not intent.live.is_cancelling:
        _cancel(world, intent.live)


def after_refused_cancel(world: World, intent: Intent, live: LiveOrder) -> None:
    """It has filled, or is still there: the next attempt cancels again; what ends has none."""
    live.is_cancelling = False
    if intent.ending:
        world.schedule(world.now + REPRICE_NS, "cancel", intent.id)


def on_cancel(world: World, intent_id: str) -> None:
    """Cancel the order of an ending intent once more, if it still stands."""
    intent = world.state.intents.get(intent_id)
    if intent is not None and intent.ending:
        end(world, intent, intent.ending)


def after_order(world: World, intent: Intent) -> None:
    """The order of an intent is final: end, go on, or be done."""
    if _remaining(world, intent) <= 0 or intent.ending:
        finish(world, intent)
    elif intent.due_attempt > intent.attempt:
        _send(world, intent, intent.due_attempt)


def _remaining(world: World, intent: Intent) -> int:
    """Units still wanted: an exit wants what is held, whatever it was born with."""
    if intent.is_entry:
        return intent.units - intent.filled
    return open_units(world.state.positions[intent.position_id])


def _send(world: World, intent: Intent, attempt: int) -> None:
    """Price, check and send one attempt."""
    units, limit = _remaining(world, intent), limit_price(world, intent, attempt)
    if limit is None or units <= 0:
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
    _submit(world, intent, units, limit, cause)


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


def _submit(world: World, intent: Intent, units: int, limit: int, cause: int) -> None:
    tag = intent.key[:16] + _digits(intent.attempt)
    quote = world.quote(intent.instrument)
    seen = trigger_price(quote, world.now) or quote.ltp
    intent.live = LiveOrder(tag=tag, units=units, limit=limit, seen=seen)
    world.state.tags[tag] = intent.id
    intent.cause = world.emit(
        OrderSubmissionRequired(
            intent.id, tag, intent.attempt, intent.side, intent.symbol, units, limit, quote.ltp
        ),
        cause=cause,
        key=intent.key,
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
