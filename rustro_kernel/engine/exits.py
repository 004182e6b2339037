"""Exits on quotes: stop, target, trailing stop; and the one door every exit goes through."""

from rustro_kernel.domain.money import WHOLE_BPS, share_floor
from rustro_kernel.domain.verdicts import PRIORITY, ExitReason
from rustro_kernel.engine import intents, ladder
from rustro_kernel.engine.account import open_units
from rustro_kernel.engine.events.orders import DuplicateIgnored
from rustro_kernel.engine.events.positions import (
    StopLossHit,
    TargetReached,
    TrailingStopActivated,
    TrailingStopUpdated,
    UnderlyingMovedAgainst,
)
from rustro_kernel.engine.events.strategy import ExitSignalGenerated
from rustro_kernel.engine.holdings import Position
from rustro_kernel.engine.pricing import trigger_price
from rustro_kernel.engine.world import World

AGAINST_BPS = 100
ORDER = {reason: at for at, reason in enumerate(ExitReason)}


def on_quote(world: World, key: str) -> None:
    """A new quote of an instrument held: priorities 1-3 act at once, before any bar."""
    price = trigger_price(world.quote(key), world.now)
    if price is None:
        return
    for position_id in list(world.state.by_instrument[key]):
        position = world.state.positions[position_id]
        if open_units(position):
            _watch(world, position, price)


def _watch(world: World, position: Position, price: int) -> None:
    """Hold one position against a new price."""
    position.price = price
    position.best, position.worst = max(position.best, price), min(position.worst, price)
    reasons = _reasons(world, position, price)
    if reasons:
        signal(world, position, reasons, price)
    elif not position.exit_reason:
        _trail(world, position, price)
        _watch_underlying(world, position)


def _reasons(world: World, position: Position, price: int) -> list[ExitReason]:
    """What the price asks for; while an exit is at work only the stop still speaks."""
    reasons = []
    if price <= position.stop:
        reasons.append(ExitReason.STOP_LOSS)
    if position.exit_reason:
        return [] if position.exit_reason in _SEEN_STOP else reasons
    if world.limits.target_bps and price >= target(world, position):
        reasons.append(ExitReason.TARGET)
    trail = position.trail
    if trail is not None and price < trail and position.armed_input < world.turn.n:
        reasons.append(ExitReason.TRAILING_STOP)
    return reasons


_SEEN_STOP = frozenset(r.value for r, priority in PRIORITY.items() if priority <= 2)


def target(world: World, position: Position) -> int:
    """The price of the target gain, rounded down to the paisa."""
    wanted = position.buy_value * (WHOLE_BPS + world.limits.target_bps)
    return wanted // (position.bought * WHOLE_BPS)


def _trail(world: World, position: Position, price: int) -> None:
    """Arm the trailing stop at its gain, then only ever move it up."""
    limits = world.limits
    stop = share_floor(price, WHOLE_BPS - limits.trail_gap_bps)
    if position.trail is None:
        gain = price * position.bought * WHOLE_BPS
        if gain < position.buy_value * (WHOLE_BPS + limits.trail_arm_bps):
            return
        if world.settings.exits.trail_floor == "breakeven" and stop < position.break_even:
            return
        position.trail, position.armed_input = stop, world.turn.n
        world.emit(TrailingStopActivated(position.id, stop, price))
    elif stop > position.trail:
        position.trail = stop
        world.emit(TrailingStopUpdated(position.id, stop, price))


def _watch_underlying(world: World, position: Position) -> None:
    """One percent against on the underlying is put on record, once."""
    if position.has_logged_underlying:
        return
    entry = position.entry_underlying
    now = world.quote(world.state.desks[position.underlying].index).ltp
    moved = entry - now if position.right == "CE" else now - entry
    if moved * WHOLE_BPS >= entry * AGAINST_BPS:
        position.has_logged_underlying = True
        world.emit(UnderlyingMovedAgainst(position.id, entry, now))


def signal(
    world: World,
    position: Position,
    reasons: list[ExitReason],
    price: int,
    *,
    cause: int | None = None,
) -> None:
    """Close a position. One exit per position: a later reason only makes a slow exit urgent."""
    ordered = sorted(reasons, key=lambda reason: (PRIORITY[reason], ORDER[reason]))
    primary = ordered[0]
    if position.exit_reason:
        _again(world, position, primary)
        return
    cause = _state_hit(world, position, primary, price, cause)
    position.exit_reason = primary.value
    position.exit_secondary = tuple(reason.value for reason in ordered[1:])
    seq = world.emit(
        ExitSignalGenerated(
            position.id, primary.value, PRIORITY[primary], position.exit_secondary, price
        ),
        cause=cause,
    )
    intents.leave(world, position, primary, cause=seq)


def _again(world: World, position: Position, reason: ExitReason) -> None:
    exit_intent = intents.at_work(world, position, is_entry=False)
    if reason.value != position.exit_reason and reason.value not in position.exit_secondary:
        position.exit_secondary = (*position.exit_secondary, reason.value)
        world.emit(DuplicateIgnored("exit", f"{position.id} {reason.value}"))
    is_urgent = PRIORITY[reason] < intents.WAITING_PRIORITY
    if exit_intent is not None and is_urgent:
        ladder.chase(world, exit_intent)


def _state_hit(
    world: World, position: Position, reason: ExitReason, price: int, cause: int | None
) -> int | None:
    if reason is ExitReason.STOP_LOSS:
        return world.emit(StopLossHit(position.id, position.stop, price), cause=cause)
    if reason is ExitReason.TARGET:
        return world.emit(TargetReached(position.id, target(world, position), price), cause=cause)
    return cause
