"""Silence of a liquid instrument inside its hours: entries pause, the hole is asked for.

An instrument is liquid if it is the underlying, its future or the VIX. Positions stay; their
stops run on their own quotes.
"""

from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.engine.bars import is_liquid
from rustro_kernel.engine.effects import Backfill
from rustro_kernel.engine.events.market import (
    BarDelayed,
    DataGapDetected,
    DataGapRecoveryRequired,
    RecoveryCompleted,
    RecoveryFailed,
)
from rustro_kernel.engine.events.orders import DuplicateIgnored
from rustro_kernel.engine.hours import legs_of, within
from rustro_kernel.engine.inputs import Backfilled
from rustro_kernel.engine.world import World

HALT = "RECOVERING_DATA"


def begin(world: World) -> None:
    """Watch every liquid instrument from the open on, each once."""
    for key, book in world.state.books.items():
        if is_liquid(world.state.instruments[key]) and not book.is_watched_for_gaps:
            book.is_watched_for_gaps = True
            world.schedule(world.now + world.limits.gap_ns, "gap", book.key)


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
    if is_open and key not in state.silent:
        if world.now - since >= world.limits.gap_ns:
            _found(world, key, since)
        else:
            due = since + world.limits.gap_ns
    world.schedule(due, "gap", key)


def _found(world: World, key: str, since: int) -> None:
    symbol = world.state.instruments[key].symbol
    world.state.silent[key] = since
    seq = world.emit(DataGapDetected(key, symbol, since))
    world.halt(HALT, f"no data of {symbol}", cause=seq)
    boundary = since - since % MINUTE + MINUTE
    world.schedule(max(world.now, boundary + world.limits.delayed_ns), "delayed", key)


def on_delayed(world: World, key: str) -> None:
    """Still silent long past the boundary: say so, and ask for the hole."""
    since = world.state.silent.get(key)
    if since is None or world.state.hours.is_halted:
        return
    symbol = world.state.instruments[key].symbol
    start = since - since % MINUTE
    seq = world.emit(BarDelayed(key, symbol, start + MINUTE))
    _ask(world, key, start, cause=seq)


def on_data(world: World, key: str) -> None:
    """Data flows again: what is missing is asked for; entries wait for the answer."""
    since = world.state.silent.pop(key)
    _ask(world, key, since - since % MINUTE, cause=None)


def _ask(world: World, key: str, start: int, *, cause: int | None) -> None:
    end = world.now - world.now % MINUTE
    symbol = world.state.instruments[key].symbol
    if end > start:
        if key not in world.state.recovering:
            world.state.recovering.append(key)
        world.emit(DataGapRecoveryRequired(key, symbol, start, end), cause=cause)
        world.ask(Backfill(InstrumentKey(key), start, end))
        return
    world.emit(RecoveryCompleted(key, symbol, 0), cause=cause)  # no whole minute is missing
    if not world.state.silent and not world.state.recovering:
        world.unhalt(HALT)


def on_backfilled(world: World, answer: Backfilled) -> None:
    """The source answered. A hole that is not filled keeps entries off until the operator resumes.

    Recovered bars are not merged yet, so an answer with bars does not fill the hole either.
    """
    key = answer.series.instrument
    if key not in world.state.books:
        world.emit(DuplicateIgnored("backfill", key))  # never asked for
        return
    symbol = world.state.instruments[key].symbol
    if answer.series.bars:
        problem = "recovered bars cannot be merged yet"
    else:
        problem = answer.problem or "the source has no bars for it"
    seq = world.emit(RecoveryFailed(key, symbol, problem))
    world.alert("warning", f"gap in {symbol} not recovered: {problem}", cause=seq)
