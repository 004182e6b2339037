"""A minute boundary completes: bars, then alignment, then technical exits, then entries."""

from rustro_kernel.domain.bars import Bar, Timeframe
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.engine import analysis, bars, chain, entries, marks, settings_change, technical
from rustro_kernel.engine.hours import close_ns, open_ns
from rustro_kernel.engine.state import Desk
from rustro_kernel.engine.world import World

Done = set[tuple[str, Timeframe]]
QUARTERS_KEPT = 200
MINUTES_IN_QUARTER = 15


def begin(world: World) -> None:
    """The market is open: the first minute's end is the first boundary."""
    _await(world, open_ns(world.state.hours) + MINUTE)
    while world.state.boundary + world.limits.grace_ns <= world.now:
        _await(world, world.state.boundary + MINUTE)


def complete_to(world: World, ts: int) -> None:
    """Every minute before `ts` that nobody waits for any more is complete."""
    while world.state.boundary <= ts and world.state.waiting <= 0:
        _complete(world)


def on_grace(world: World, reference: str) -> None:
    """The grace after a boundary is over: whoever is late is sealed out."""
    if int(reference) == world.state.boundary:
        bars.seal_before(world, world.state.boundary)
        _complete(world)


def _await(world: World, boundary: int) -> None:
    bars.restart_waiting(world, boundary)
    if boundary <= close_ns(world.state.hours):
        world.schedule(boundary + world.limits.grace_ns, "grace", str(boundary))


def _complete(world: World) -> None:
    at = world.state.boundary
    done = bars.complete(world, at)
    _await(world, at + MINUTE)
    settings_change.apply(world)
    for desk in world.state.desks.values():
        _take_in(world, desk, at, done)
    for desk in world.state.desks.values():
        _decide(world, desk, at, done)
    marks.on_boundary(world)


def _take_in(world: World, desk: Desk, at: int, done: Done) -> None:
    """Move the completed bars of an underlying and its future into the windows."""
    if (desk.index, Timeframe.M5) in done:
        desk.fives.append(last_bar(world, desk.index, Timeframe.M5))
    if (desk.future, Timeframe.H1) in done:
        bar = last_bar(world, desk.future, Timeframe.H1)
        if not bar.stub or bars.is_stub_kept(world):
            desk.future_hours.append(bar)
    if world.state.hours.is_halted:
        return  # a market that stands still is not a quiet one
    desk.counted_minutes.append(at - MINUTE)
    minute = (desk.future, Timeframe.M1) in done
    volume = last_bar(world, desk.future, Timeframe.M1).volume if minute else 0
    desk.future_minutes = [*desk.future_minutes, volume][-MINUTES_IN_QUARTER:]


def _decide(world: World, desk: Desk, at: int, done: Done) -> None:
    if (desk.index, Timeframe.H1) in done:
        analysis.on_hour(world, desk, last_bar(world, desk.index, Timeframe.H1))
    technical.on_boundary(world, desk)
    if (desk.future, Timeframe.M15) in done:
        volume = last_bar(world, desk.future, Timeframe.M15).volume
        desk.future_quarters = [*desk.future_quarters, volume][-QUARTERS_KEPT:]
    if (desk.index, Timeframe.M1) not in done:
        return
    bar = last_bar(world, desk.index, Timeframe.M1)
    chain.follow(world, desk, bar.close)
    if not bar.auction and world.settings.strategy.enabled:
        entries.evaluate(world, desk, at, bar, is_five=(desk.index, Timeframe.M5) in done)


def last_bar(world: World, key: str, frame: Timeframe) -> Bar:
    """The bar of an instrument that completed last."""
    return world.state.books[key].rings[frame.value][-1]
