"""Closing everything, one position at a time by market value; or all at once for a kill."""

from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.domain.verdicts import ExitReason
from rustro_kernel.engine import exits, intents, ladder
from rustro_kernel.engine.account import open_units
from rustro_kernel.engine.events.positions import PositionsClosed
from rustro_kernel.engine.holdings import Bulk, Position
from rustro_kernel.engine.world import World

EACH_NS = 60 * SECOND


def start(
    world: World,
    reason: ExitReason,
    *,
    cause: int,
    only: set[str] | None = None,
    at_once: bool = False,
) -> int:
    """Close every position (or `only` these ids), largest first; entries at work are ended.

    Returns:
        How many positions there are to close.
    """
    chosen = [p for p in world.state.positions.values() if only is None or p.id in only]
    _end_entries(world, chosen, reason)
    held = [p for p in chosen if open_units(p) > 0]
    held.sort(key=lambda p: (-open_units(p) * p.price, p.id))
    if at_once:
        for position in held:
            exits.signal(world, position, [reason], position.price, cause=cause)
        return len(held)
    _enqueue(world, reason, [p.id for p in held], cause)
    return len(held)


def _end_entries(world: World, chosen: list[Position], reason: ExitReason) -> None:
    for position in chosen:
        entry = intents.at_work(world, position, is_entry=True)
        if entry is not None:
            entry.leaving = reason.value
            ladder.end(world, entry, f"exit: {reason.value}")


def _enqueue(world: World, reason: ExitReason, ids: list[str], cause: int) -> None:
    state = world.state
    if not ids:
        return
    if state.bulk is None:
        state.bulk = Bulk(reason=reason.value, queue=ids, cause=cause)
        _next(world)
    else:  # one bulk at a time: what it has not got yet joins it
        known = {state.bulk.current, *state.bulk.queue}
        state.bulk.queue.extend(i for i in ids if i not in known)


def _next(world: World) -> None:
    """Start the next position's exit; after the last one the bulk is over."""
    bulk = world.state.bulk
    assert bulk is not None
    while bulk.queue:
        bulk.current = bulk.queue.pop(0)
        position = world.state.positions.get(bulk.current)
        if position is None:
            continue
        bulk.started_ns = world.now
        world.schedule(world.now + EACH_NS, "bulk", bulk.current)
        reason = ExitReason(bulk.reason)
        exits.signal(world, position, [reason], position.price, cause=bulk.cause)
        return
    world.emit(PositionsClosed(bulk.reason, bulk.closed, bulk.unfinished), cause=bulk.cause)
    world.state.bulk = None


def will_close(world: World, position_id: str) -> bool:
    """Whether the bulk exit under way has this position before it."""
    bulk = world.state.bulk
    return bulk is not None and position_id in bulk.queue


def on_timeout(world: World, position_id: str) -> None:
    """A position took its minute: it goes on chasing while the next one starts."""
    bulk = world.state.bulk
    if bulk is not None and bulk.current == position_id:
        bulk.unfinished += 1
        _next(world)


def on_gone(world: World, position_id: str) -> None:
    """A position is closed or never came to be."""
    bulk = world.state.bulk
    if bulk is None:
        return
    if bulk.current == position_id:
        bulk.closed += 1
        _next(world)
    elif position_id in bulk.queue:
        bulk.queue.remove(position_id)
