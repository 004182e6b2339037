"""Silence of a liquid instrument inside its hours: entries pause, the hole is asked for.

An instrument is liquid if it is the underlying, its future or the VIX. Positions stay; their
stops run on their own quotes.
"""

from rustro_kernel.domain.market_time import MINUTE, SECOND
from rustro_kernel.engine.bars import is_liquid
from rustro_kernel.engine.events.market import BarDelayed, DataGapDetected
from rustro_kernel.engine.hours import close_ns, legs_of, open_ns, within
from rustro_kernel.engine.recovery import HALT, want
from rustro_kernel.engine.world import World

BREAK_NS = 5 * SECOND
"""A stream that was away for less has cost next to nothing."""


def begin(world: World) -> list[str]:
    """Watch every liquid instrument from the open on, each once; returns those that are new."""
    fresh = []
    for key, book in world.state.books.items():
        if is_liquid(world.state.instruments[key]) and not book.is_watched_for_gaps:
            book.is_watched_for_gaps = True
            world.schedule(world.now + world.limits.gap_ns, "gap", key)
            fresh.append(key)
    return fresh


def join(world: World) -> None:
    """The market opened before we were there: to us an instrument was silent since its open."""
    for key in begin(world):
        start = legs_of(world.state.hours, world.state.instruments[key].kind)[0][0]
        if start <= world.now < close_ns(world.state.hours):
            _found(world, key, start, world.now + world.limits.delayed_ns)


def on_break_over(world: World, *, cause: int) -> None:
    """The stream is back: what the instruments may have said meanwhile is missing."""
    state = world.state
    if world.now - state.down_ns < BREAK_NS:
        return
    for key, book in state.books.items():
        last, legs = world.quote(key).seen_ns, legs_of(state.hours, state.instruments[key].kind)
        is_lost = book.is_watched_for_gaps and key not in state.silent and within(legs, world.now)
        if is_lost and last >= open_ns(state.hours):
            want(world, key, last - last % MINUTE, _outward(world.now), cause=cause)


def check(world: World, key: str) -> None:
    """The instrument may have been silent for too long: look, and look again later."""
    state = world.state
    if state.phase == "CLOSED":
        return
    last, due = world.quote(key).seen_ns, world.now + world.limits.gap_ns
    legs = legs_of(state.hours, state.instruments[key].kind)
    is_open = within(legs, world.now) and not state.hours.is_halted
    opened = max((start for start, _ in legs if start <= world.now), default=0)
    since = max(last, opened)
    if is_open and key not in state.silent and not state.tokens.is_over:
        if world.now - since >= world.limits.gap_ns:
            boundary = since - since % MINUTE + MINUTE
            _found(world, key, since, max(world.now, boundary + world.limits.delayed_ns))
        else:
            due = since + world.limits.gap_ns
    world.schedule(due, "gap", key)


def _found(world: World, key: str, since: int, delayed_ns: int) -> None:
    symbol = world.state.instruments[key].symbol
    world.state.silent[key] = since
    seq = world.emit(DataGapDetected(key, symbol, since))
    world.halt(HALT, f"no data of {symbol}", cause=seq)
    world.schedule(delayed_ns, "delayed", key)


def on_delayed(world: World, key: str) -> None:
    """Still silent long past the boundary: say so, and ask for the hole."""
    since = world.state.silent.get(key)
    if since is None or world.state.hours.is_halted:
        return
    symbol = world.state.instruments[key].symbol
    start = since - since % MINUTE
    seq = world.emit(BarDelayed(key, symbol, start + MINUTE))
    want(world, key, start, world.now - world.now % MINUTE, cause=seq)


def on_data(world: World, key: str) -> None:
    """Data flows again: what is missing is asked for; entries wait for the answer."""
    since = world.state.silent.pop(key)
    want(world, key, since - since % MINUTE, _outward(world.now))


def _outward(ts: int) -> int:
    """The end of the minute a moment lies in."""
    return ts - ts % MINUTE + MINUTE
