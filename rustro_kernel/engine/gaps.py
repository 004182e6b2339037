"""Silence of a liquid instrument inside its hours: entries pause, the hole is asked for.

An instrument is liquid if it is the underlying, its future or the VIX; an option's silence is none.
How long it may be silent follows from how often it speaks: one that ticks every second is missed
within seconds, a slow one when the longest time allowed is over. Positions stay; their stops run on
their own quotes. A connection that brings nothing at all is the stream's own to notice.
"""

from rustro_kernel.domain.market_time import MINUTE, SECOND
from rustro_kernel.engine.bars import is_liquid
from rustro_kernel.engine.events.market import BarDelayed, DataGapDetected
from rustro_kernel.engine.hours import begun_ns, close_ns, legs_of, open_ns, within
from rustro_kernel.engine.recovery import HALT, want
from rustro_kernel.engine.state import BarBook
from rustro_kernel.engine.world import World

BREAK_NS = 5 * SECOND
"""A stream that was away for less has cost next to nothing."""
UNUSUAL = 3
"""So many usual intervals without a tick around a break: it had begun before it was noticed."""
BEAT_NS = 3 * SECOND // 4
"""Ticks closer together are one: a burst does not make an instrument a fast one."""
SLOWLY = 4
"""Each beat moves the usual interval by a sixteenth (2 to this) of what it was off."""


def heard(world: World, book: BarBook) -> None:
    """A good tick inside the day: learn how often this instrument speaks. The hot path."""
    interval_ns = world.turn.ts - book.heard_ns
    if interval_ns < BEAT_NS:
        return
    book.heard_ns = world.turn.ts
    if interval_ns < world.limits.gap_ns:  # a gap, or the time between two legs, is no interval
        book.usual_ns += (interval_ns - book.usual_ns) >> SLOWLY


def allowed_ns(world: World, book: BarBook) -> int:
    """How long an instrument may be silent."""
    return min(world.limits.gap_factor * book.usual_ns, world.limits.gap_ns)


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
    state, was_away = world.state, world.now - world.state.down_ns >= BREAK_NS
    for key, book in state.books.items():
        last, legs = world.quote(key).seen_ns, legs_of(state.hours, state.instruments[key].kind)
        is_watched = book.is_watched_for_gaps and key not in state.silent
        if not is_watched or not within(legs, world.now) or last < open_ns(state.hours):
            continue
        if was_away or world.now - last >= max(BREAK_NS, UNUSUAL * book.usual_ns):
            want(world, key, last - last % MINUTE, _outward(world.now), cause=cause)


def check(world: World, key: str) -> None:
    """The instrument may have been silent for too long: look, and look again later."""
    state = world.state
    if state.phase == "CLOSED":
        return
    last, longest_ns = world.quote(key).seen_ns, allowed_ns(world, state.books[key])
    legs, due = legs_of(state.hours, state.instruments[key].kind), world.now + longest_ns
    is_open = within(legs, world.now) and not state.hours.is_halted
    since = max(last, begun_ns(state.hours, legs, world.now))
    if is_open and key not in state.silent and not state.tokens.is_over:
        if world.now - since >= longest_ns:
            boundary = since - since % MINUTE + MINUTE
            _found(world, key, since, max(world.now, boundary + world.limits.delayed_ns))
        else:
            due = since + longest_ns
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
