"""The missing minutes: asked for, put in, asked for again if they do not come.

A stretch reaches outward to whole minutes, so that the two minutes a hole has cut are whole again
too; it is asked for once its last minute is complete here and has settled at the source.
"""

from rustro_kernel.domain.instruments import InstrumentKey, Kind
from rustro_kernel.domain.market_time import MINUTE, SECOND
from rustro_kernel.engine import merging, recompute
from rustro_kernel.engine.effects import Backfill
from rustro_kernel.engine.events.market import (
    DataGapRecoveryRequired,
    RecoveryCompleted,
    RecoveryFailed,
)
from rustro_kernel.engine.events.orders import DuplicateIgnored
from rustro_kernel.engine.inputs import Backfilled
from rustro_kernel.engine.state import BarBook, Hole
from rustro_kernel.engine.world import World

HALT = "RECOVERING_DATA"
SETTLES_NS = 3 * SECOND
"""A candle is not asked for sooner after its minute and the grace."""
ANSWER_NS = 60 * SECOND
AGAIN_NS = 60 * SECOND
TRIES = 5
REREAD_NS = 5 * MINUTE
"""By then the newest candles have settled at the source."""


def want(world: World, key: str, start: int, end: int, *, cause: int | None = None) -> None:
    """Minutes of an instrument are missing: entries wait until they are there."""
    hole = world.state.holes.setdefault(key, Hole(start, end))
    hole.start, hole.end = min(hole.start, start), max(hole.end, end)
    hole.tries, hole.deadline_ns, hole.cause = 0, 0, cause
    hole.has_failed = hole.is_waived = False
    symbol = world.state.instruments[key].symbol
    world.halt(HALT, f"missing minutes of {symbol}", cause=cause)
    _plan(world, key, hole, hole.end + world.limits.grace_ns + SETTLES_NS)


def first_try(world: World) -> tuple[str, ...]:
    """The symbols whose minutes are asked for and did not fail to come so far."""
    state = world.state
    return tuple(
        state.instruments[key].symbol for key, hole in state.holes.items() if not hole.has_failed
    )


def waive(world: World) -> None:
    """Entries may go on with what is there; what is missing is fetched all the same."""
    for hole in world.state.holes.values():
        hole.is_waived = True


def _plan(world: World, key: str, hole: Hole, due_ns: int) -> None:
    hole.due_ns = max(due_ns, world.now)
    world.schedule(hole.due_ns, "recover", key)


def on_due(world: World, key: str) -> None:
    """Ask for a hole, unless something else has been planned meanwhile."""
    hole = world.state.holes.get(key)
    if hole is None or not 0 < hole.due_ns <= world.now:
        return
    hole.due_ns, hole.tries = 0, hole.tries + 1
    hole.end = min(hole.end, world.state.boundary - MINUTE)
    if hole.end <= hole.start:  # nothing that is missing has been completed
        _complete(world, key, 0, 0)
        return
    symbol = world.state.instruments[key].symbol
    world.emit(DataGapRecoveryRequired(key, symbol, hole.start, hole.end), cause=hole.cause)
    world.ask(Backfill(InstrumentKey(key), hole.start, hole.end))
    hole.deadline_ns = world.now + ANSWER_NS
    world.schedule(hole.deadline_ns, "recovery_late", key)


def on_late(world: World, key: str) -> None:
    """The answer should be there by now."""
    hole = world.state.holes.get(key)
    if hole is not None and 0 < hole.deadline_ns <= world.now:
        _failed(world, key, hole, f"no answer in {ANSWER_NS // SECOND} s")


def on_backfilled(world: World, answer: Backfilled) -> None:
    """The source answered: fill the hole, or check what had filled it."""
    state, key, stretch = world.state, answer.series.instrument, (answer.from_ns, answer.to_ns)
    hole = state.holes.get(key)
    if hole is not None and hole.tries and stretch == (hole.start, hole.end):
        _recover(world, state.books[key], hole, answer)
    elif state.rereads.get(key) == stretch:
        del state.rereads[key]
        _correct(world, state.books[key], answer)
    else:
        world.emit(DuplicateIgnored("backfill", key))  # never asked for, or not any more


def _recover(world: World, book: BarBook, hole: Hole, answer: Backfilled) -> None:
    bars = answer.series.bars
    problem = answer.problem or merging.flaw(bars, hole.start, hole.end)
    if problem or not bars:
        problem = problem or "the source has no bars for it"
        _failed(world, book.key, hole, problem, is_final=answer.is_final)
        return
    merged = _put_in(world, book, answer)
    still = merging.missing(world, book, hole.start, hole.end)
    if still and world.state.instruments[book.key].kind is Kind.INDEX:  # it has every minute
        _failed(world, book.key, hole, f"{still} minutes are missing", is_final=answer.is_final)
        return
    world.schedule(world.now + REREAD_NS, "reread", f"{book.key}|{hole.start}|{hole.end}")
    _complete(world, book.key, merged.added, merged.corrected)


def _put_in(world: World, book: BarBook, answer: Backfilled) -> merging.Merged:
    merged = merging.merge(world, book, answer.series.bars)
    recompute.refresh(world, book.key, merged, answer.from_ns, answer.to_ns)
    return merged


def _complete(world: World, key: str, added: int, corrected: int) -> None:
    state = world.state
    del state.holes[key]
    symbol = state.instruments[key].symbol
    seq = world.emit(RecoveryCompleted(key, symbol, added, corrected))
    if not state.silent and all(hole.is_waived for hole in state.holes.values()):
        world.unhalt(HALT, cause=seq)


def _failed(world: World, key: str, hole: Hole, problem: str, *, is_final: bool = False) -> None:
    """Entries stay off, unless the operator has waived it. It is asked again, a few times."""
    if not hole.deadline_ns:
        return  # it has failed already: this answer came too late
    hole.deadline_ns, hole.has_failed = 0, True
    symbol = world.state.instruments[key].symbol
    seq = world.emit(RecoveryFailed(key, symbol, problem))
    goes_on = hole.tries < TRIES and world.state.is_connected and not is_final
    if goes_on:
        _plan(world, key, hole, world.now + AGAIN_NS)
    if hole.tries == 1 or not goes_on:
        given_up = "given up" if hole.is_waived else "no entries until the operator resumes"
        words = "asking again" if goes_on else given_up
        text = f"gap in {symbol} not recovered: {problem}; {words}"
        world.alert("warning", text, cause=seq)


def on_reread(world: World, reference: str) -> None:
    """What filled a hole was new at the source then: look at it once more."""
    key, start, end = reference.split("|")
    world.state.rereads[key] = int(start), int(end)
    world.ask(Backfill(InstrumentKey(key), int(start), int(end)))


def _correct(world: World, book: BarBook, answer: Backfilled) -> None:
    """Bars that cannot be believed change nothing: those in hand were."""
    bars = answer.series.bars
    if bars and not answer.problem and not merging.flaw(bars, answer.from_ns, answer.to_ns):
        _put_in(world, book, answer)
