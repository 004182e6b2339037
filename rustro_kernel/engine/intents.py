"""Intents: one decision to trade, made once, worked to its end, never doubled.

Schedule items call `on_step`, `on_expire` and `on_reprice`; broker updates come through
`engine.fills`. An intent has at most one order at the broker: the next attempt waits until the
cancellation of the one before is confirmed.
"""

import hashlib

from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.domain.orders import OrderRequest, Side
from rustro_kernel.domain.verdicts import PRIORITY, ExitReason
from rustro_kernel.engine import chain, positions
from rustro_kernel.engine.account import open_units
from rustro_kernel.engine.effects import CancelOrder, PlaceOrder
from rustro_kernel.engine.events.orders import (
    ExitChaseStarted,
    OrderFailedPermanent,
    OrderPlacementRequired,
    OrderRetryRequired,
    OrderSubmissionRequired,
    PreOrderValidationFailed,
    PreOrderValidationPassed,
)
from rustro_kernel.engine.hours import is_tradable
from rustro_kernel.engine.pricing import limit_price
from rustro_kernel.engine.state import Intent, LiveOrder, Position
from rustro_kernel.engine.validation import checks
from rustro_kernel.engine.world import World

LAST_RESTS_NS = 5 * SECOND
REPRICE_NS = SECOND
ALERT_EVERY_NS = 30 * SECOND
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
WAITING_PRIORITY = 3
"""From this priority on an exit walks the ladder before it chases."""


def enter(world: World, position: Position, units: int, *, cause: int) -> None:
    """Give birth to the intent that opens a position."""
    state = world.state
    state.positions[position.id] = position
    state.by_instrument[position.instrument] = position.id
    chain.watch(world, [position.instrument], depth=True)
    intent = _birth(
        world, position, units, kind="ladder", reason="ENTRY", is_entry=True, cause=cause
    )
    _schedule_ladder(world, intent)


def leave(world: World, position: Position, reason: ExitReason, *, cause: int) -> None:
    """Give birth to the intent that closes a position; its entry is cancelled first."""
    entry = at_work(world, position, is_entry=True)
    if entry is not None:
        end(world, entry, f"exit: {reason.value}")
    if at_work(world, position, is_entry=True) is None:
        start_exit(world, position, reason, cause=cause)


def start_exit(world: World, position: Position, reason: ExitReason, *, cause: int) -> None:
    """Sell what is held; the entry is out of the way."""
    priority = PRIORITY[reason]
    kind = "ladder" if priority >= WAITING_PRIORITY else "chase"
    held = open_units(position)
    if not held:
        return
    intent = _birth(
        world, position, held, kind=kind, reason=reason.value, is_entry=False, cause=cause
    )
    if kind == "ladder":
        _schedule_ladder(world, intent)
    else:
        on_reprice(world, intent.id)


def at_work(world: World, position: Position, *, is_entry: bool) -> Intent | None:
    """The intent of a position that is not done yet, if any."""
    return next(
        (
            intent
            for intent in world.state.intents.values()
            if intent.position_id == position.id and intent.is_entry is is_entry
        ),
        None,
    )


def _birth(
    world: World,
    position: Position,
    units: int,
    *,
    kind: str,
    reason: str,
    is_entry: bool,
    cause: int,
) -> Intent:
    state = world.state
    state.counter += 1
    side = Side.BUY if is_entry else Side.SELL
    intent_id = f"{position.id}-{'entry' if is_entry else 'exit'}-{state.counter}"
    key = _key(world, intent_id, position, side, units, reason)
    intent = Intent(
        id=intent_id,
        key=key,
        kind=kind,
        is_entry=is_entry,
        position_id=position.id,
        instrument=position.instrument,
        symbol=position.symbol,
        side=side.value,
        units=units,
        reason=reason,
        priority=0 if is_entry else PRIORITY[ExitReason(reason)],
        cause=cause,
        born_ns=world.now,
        first_ltp=world.quote(position.instrument).ltp,
    )
    state.intents[intent_id] = intent
    intent.cause = world.emit(
        OrderPlacementRequired(
            intent_id, position.id, position.instrument, position.symbol, side.value, units, reason
        ),
        cause=cause,
        key=key,
    )
    return intent


def _key(
    world: World, intent_id: str, position: Position, side: Side, units: int, reason: str
) -> str:
    """The idempotency key of SPEC 10; slices are not used before freeze slicing exists."""
    ms = world.now // 1_000_000
    parts = (world.state.session_id, intent_id, side.value, units, position.strike, ms, reason, 0)
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()


def _schedule_ladder(world: World, intent: Intent) -> None:
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
    ltp = world.quote(intent.instrument).ltp
    intent.live = LiveOrder(tag=tag, units=units, limit=limit, ltp=ltp)
    world.state.tags[tag] = intent.id
    intent.cause = world.emit(
        OrderSubmissionRequired(
            intent.id, tag, intent.attempt, intent.side, intent.symbol, units, limit, ltp
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
    """An intent is done: forget it, and let its position know."""
    state = world.state
    state.intents.pop(intent.id, None)
    position = state.positions[intent.position_id]
    if intent.is_entry and intent.filled < intent.units:
        quote = world.quote(intent.instrument)
        world.emit(
            OrderFailedPermanent(
                intent.id, intent.ending, intent.filled, intent.units, quote.bid, quote.ask
            ),
            cause=intent.cause,
            key=intent.key,
        )
    positions.after_intent(world, position, intent)
