"""Intents: one decision to trade, made once, never doubled. `ladder` works them to their end."""

import hashlib
from collections.abc import Iterator

from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.domain.orders import Side
from rustro_kernel.domain.verdicts import PRIORITY, ExitReason
from rustro_kernel.engine import chain, ladder
from rustro_kernel.engine.account import open_units
from rustro_kernel.engine.events.orders import OrderPlacementRequired
from rustro_kernel.engine.holdings import STOP, Intent, Position
from rustro_kernel.engine.pricing import exit_reference
from rustro_kernel.engine.world import World

SLOW_NS = 30 * SECOND
"""An exit that waits so long for its stop to be gone is told to a person."""
WAITING_PRIORITY = 3
"""From this priority on an exit walks the ladder before it chases."""


def enter(world: World, position: Position, units: int, *, cause: int) -> None:
    """Give birth to the intent that opens a position."""
    hold(world, position)
    intent = _birth(
        world, position, units, kind="ladder", reason="ENTRY", is_entry=True, cause=cause
    )
    ladder.begin(world, intent)


def hold(world: World, position: Position) -> None:
    """From now on a position is known, and found by the quotes of its instrument."""
    state = world.state
    state.positions[position.id] = position
    state.by_instrument.setdefault(position.instrument, []).append(position.id)
    chain.watch(world, [position.instrument], depth=True)


def leave(world: World, position: Position, reason: ExitReason, *, cause: int) -> None:
    """Give birth to the intent that closes a position; entry and stop are cancelled first."""
    for other in _in_the_way(world, position):
        if other.kind == STOP:
            world.schedule(world.now + SLOW_NS, "stop_slow", other.id)
        ladder.end(world, other, f"exit: {reason.value}")
    start_exit(world, position, reason, cause=cause)


def _in_the_way(world: World, position: Position) -> list[Intent]:
    """What must be gone before anything is sold."""
    found = (at_work(world, position, is_entry=True), stop_of(world, position))
    return [intent for intent in found if intent is not None]


def start_exit(
    world: World, position: Position, reason: ExitReason, *, cause: int, is_urgent: bool = False
) -> None:
    """Sell what is held, at most the freeze quantity: the next slice follows when this is done.

    While something is in the way nothing happens: who ends that calls again.
    """
    can_wait = _priority(position) >= WAITING_PRIORITY and not is_urgent
    kind = "ladder" if can_wait else "chase"
    held = open_units(position)
    if not held or at_work(world, position, is_entry=False) or _in_the_way(world, position):
        return
    most = freeze(world, position.instrument)
    units = min(held, most) if most else held
    intent = _birth(
        world, position, units, kind=kind, reason=reason.value, is_entry=False, cause=cause
    )
    position.exits += 1
    if kind == "ladder":
        ladder.begin(world, intent)
    else:
        ladder.on_reprice(world, intent.id)


def _priority(position: Position) -> int:
    """The most urgent reason to leave a position: one may come while its stop is in the way."""
    reasons = (position.exit_reason, *position.exit_secondary)
    return min(PRIORITY[ExitReason(reason)] for reason in reasons)


def at_work(world: World, position: Position, *, is_entry: bool) -> Intent | None:
    """The entry or our own exit of a position, if it is not done yet."""
    mine = _intents_of(world, position)
    return next((i for i in mine if i.is_entry is is_entry and i.kind != STOP), None)


def stop_of(world: World, position: Position) -> Intent | None:
    """The protective stop of a position, resting or on its way."""
    return next((i for i in _intents_of(world, position) if i.kind == STOP), None)


def _intents_of(world: World, position: Position) -> Iterator[Intent]:
    return (i for i in world.state.intents.values() if i.position_id == position.id)


def protect(world: World, position: Position, units: int, *, cause: int | None) -> Intent:
    """Give birth to the intent of a stop that rests at the broker."""
    reason = ExitReason.BROKER_STOP.value
    return _birth(world, position, units, kind=STOP, reason=reason, is_entry=False, cause=cause)


def freeze(world: World, key: str) -> int:
    """The most units one order may have; 0 where the exchange sets no limit."""
    known = world.state.instruments.get(key)
    return known.freeze_quantity if known is not None else 0


def _birth(
    world: World,
    position: Position,
    units: int,
    *,
    kind: str,
    reason: str,
    is_entry: bool,
    cause: int | None,
) -> Intent:
    state = world.state
    state.counter += 1
    side = Side.BUY if is_entry else Side.SELL
    role = STOP if kind == STOP else "entry" if is_entry else "exit"
    intent_id = f"{position.id}-{role}-{state.counter}"
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
        most=freeze(world, position.instrument),
        reason=reason,
        priority=0 if is_entry else PRIORITY[ExitReason(reason)],
        cause=0,
        born_ns=world.now,
        first_ltp=_first_price(world, position, is_entry=is_entry),
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


def _first_price(world: World, position: Position, *, is_entry: bool) -> int:
    """What the ladder may stray from only so far."""
    if is_entry:
        return world.quote(position.instrument).ltp
    return exit_reference(world, position.instrument)


def _key(
    world: World, intent_id: str, position: Position, side: Side, units: int, reason: str
) -> str:
    """The idempotency key of SPEC 10."""
    ms, number = world.now // 1_000_000, 0 if side is Side.BUY else position.exits
    parts = (
        *(world.state.session_id, intent_id, side.value, units),
        *(position.strike, ms, reason, number),
    )
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()
