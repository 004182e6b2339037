"""Intents: one decision to trade, made once, never doubled. `ladder` works them to their end."""

import hashlib

from rustro_kernel.domain.orders import Side
from rustro_kernel.domain.verdicts import PRIORITY, ExitReason
from rustro_kernel.engine import chain, ladder
from rustro_kernel.engine.account import open_units
from rustro_kernel.engine.events.orders import OrderPlacementRequired
from rustro_kernel.engine.holdings import Intent, Position
from rustro_kernel.engine.pricing import exit_reference
from rustro_kernel.engine.world import World

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
    """Give birth to the intent that closes a position; its entry is cancelled first."""
    entry = at_work(world, position, is_entry=True)
    if entry is not None:
        ladder.end(world, entry, f"exit: {reason.value}")
    if at_work(world, position, is_entry=True) is None:
        start_exit(world, position, reason, cause=cause)


def start_exit(
    world: World, position: Position, reason: ExitReason, *, cause: int, is_urgent: bool = False
) -> None:
    """Sell what is held, at most the freeze quantity: the next slice follows when this is done."""
    priority = PRIORITY[reason]
    kind = "ladder" if priority >= WAITING_PRIORITY and not is_urgent else "chase"
    held = open_units(position)
    if not held or at_work(world, position, is_entry=False) is not None:
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
        most=freeze(world, position.instrument),
        reason=reason,
        priority=0 if is_entry else PRIORITY[ExitReason(reason)],
        cause=cause,
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
