"""The quotes of what is held: where none comes it is asked for, then a person is told.

An option can be quiet without anything being wrong. So the answer may be the quote we have: then it
is known to hold, and stops are held against it once more. Where not even that comes for half a
minute, entries are off; the position stays.
"""

from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.engine.account import open_units
from rustro_kernel.engine.effects import AskQuotes
from rustro_kernel.engine.events.market import PositionQuoteLate
from rustro_kernel.engine.hours import is_tradable
from rustro_kernel.engine.state import HeldQuote, Quote
from rustro_kernel.engine.world import World

ASK_NS = SECOND
LATE_NS = 30 * SECOND
HALT = "POSITION_STALE"


def watch(world: World, key: str) -> None:
    """From now on an instrument must be quoted, until nothing of it is held any more.

    A backtest quotes it at its own moments.
    """
    if not world.by_minutes and key not in world.state.held_quotes:
        world.state.held_quotes[key] = HeldQuote(world.now)
        _look_in(world, key, world.limits.position_stale_ns)


def check(world: World, key: str) -> None:
    """Its quote may be too old by now: ask for one, or look again when it can be."""
    state, stale_ns = world.state, world.limits.position_stale_ns
    held = state.held_quotes[key]
    if key not in state.by_instrument:
        del state.held_quotes[key]
        _end(world, held)
        return
    silent_ns = world.now - max(world.quote(key).seen_ns, held.since_ns)
    if not _is_expected(world, key):
        held.since_ns = world.now
        _look_in(world, key, stale_ns)
    elif silent_ns < stale_ns:
        _look_in(world, key, stale_ns - silent_ns)
    else:
        held.asked_ns = held.asked_ns or world.now
        world.ask(AskQuotes((InstrumentKey(key),)))
        _look_in(world, key, ASK_NS)
        if not held.is_late and world.now - held.asked_ns >= LATE_NS - stale_ns:
            _late(world, key, held, silent_ns)


def heard(world: World, key: str) -> None:
    """A quote of it has come."""
    held = world.state.held_quotes.get(key)
    if held is not None and held.asked_ns:
        held.asked_ns = 0
        _end(world, held)


def is_answer(world: World, key: str, quote: Quote) -> bool:
    """Whether a message that says what is known already was waited for."""
    held = world.state.held_quotes.get(key)
    return held is not None and held.asked_ns > quote.seen_ns


def _is_expected(world: World, key: str) -> bool:
    state = world.state
    held = (state.positions[position_id] for position_id in state.by_instrument[key])
    return is_tradable(state.hours, world.now) and any(open_units(each) > 0 for each in held)


def _look_in(world: World, key: str, after_ns: int) -> None:
    world.schedule(world.now + max(after_ns, ASK_NS), "held_quote", key)


def _late(world: World, key: str, held: HeldQuote, silent_ns: int) -> None:
    held.is_late = True
    symbol = world.state.instruments[key].symbol
    seq = world.emit(PositionQuoteLate(key, symbol, world.now - silent_ns))
    text = f"no quote of {symbol}, which is held, for {silent_ns // SECOND} s"
    world.halt(HALT, text, cause=seq)
    world.alert("critical", f"{text}, not over REST either: its stops are blind", cause=seq)


def _end(world: World, held: HeldQuote) -> None:
    """It is quoted again, or gone."""
    if held.is_late:
        held.is_late = False
        if not any(each.is_late for each in world.state.held_quotes.values()):
            world.unhalt(HALT)
