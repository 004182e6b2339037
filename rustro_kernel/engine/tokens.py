"""The broker's tokens: watched, renewed before they end, and what is done without them.

Orders do not pass without tokens. So when they cannot be renewed everything is sold while the old
ones live; then the market is left. What could not be sold is named, with its protective stop.
"""

from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.market_time import MINUTE, SECOND
from rustro_kernel.domain.verdicts import ExitReason
from rustro_kernel.engine import bulk, chain, day, gaps, protection
from rustro_kernel.engine.account import open_positions, open_units
from rustro_kernel.engine.effects import RefreshTokens, Unsubscribe
from rustro_kernel.engine.events.orders import DuplicateIgnored
from rustro_kernel.engine.events.tokens import (
    TokenExpiryWarning,
    TokenInvalid,
    TokenLoaded,
    TokenMonitorActive,
    TokenRefreshed,
    TokenRefreshRequired,
    TokensStored,
)
from rustro_kernel.engine.inputs import TokensChanged
from rustro_kernel.engine.state import Tokens
from rustro_kernel.engine.world import World

WARN_BEFORE_NS = 30 * MINUTE
FLAT_WITHIN_NS = 180 * SECOND
HALT = "TOKEN_DEGRADED"
FAILED = 1
"""Exit code of a session that never got into the market."""


def on_tokens(world: World, changed: TokensChanged) -> None:
    """New tokens are watched; without any the session ends, or leaves what it holds."""
    if changed.problem:
        _lost(world, changed)
    elif changed.generation > world.state.tokens.generation:
        _take(world, changed)
    else:
        world.emit(DuplicateIgnored("tokens", str(changed.generation)))


def _take(world: World, changed: TokensChanged) -> None:
    state = world.state
    is_first, was_over = state.tokens == Tokens(), state.tokens.is_over
    state.tokens = Tokens(changed.generation, changed.expires_ns)
    if is_first:
        world.emit(TokensStored())
        world.emit(TokenLoaded(changed.expires_ns))
        seq = world.emit(TokenMonitorActive())
    else:
        seq = world.emit(TokenRefreshed(changed.generation, changed.expires_ns))
    world.unhalt(HALT, cause=seq)
    if was_over:
        chain.watch_again(world)
        gaps.on_break_over(world, cause=seq)
    due = max(changed.expires_ns - WARN_BEFORE_NS, world.now)
    world.schedule(due, "tokens", str(changed.generation))


def on_ending(world: World, generation: str) -> None:
    """The tokens in use end soon; after the close that matters to nobody."""
    state = world.state
    if state.phase == "CLOSED" or int(generation) != state.tokens.generation:
        return
    seq = world.emit(TokenExpiryWarning(state.tokens.expires_ns))
    world.emit(TokenRefreshRequired(state.tokens.generation), cause=seq)
    world.ask(RefreshTokens())


def _lost(world: World, changed: TokensChanged) -> None:
    """Orders pass as long as the old tokens live: what is held is left while they do."""
    state = world.state
    if HALT in state.halts:
        world.emit(DuplicateIgnored("tokens", changed.problem))
        return
    text = f"no tokens from the broker: {changed.problem}"
    if state.stage == "INIT":
        seq = world.emit(TokenInvalid(changed.problem))
        world.alert("critical", text, cause=seq)
        state.exit_code = FAILED
        day.shut_down(world, text, cause=seq)
        return
    seq = world.alert("critical", text)
    world.halt(HALT, "the broker's tokens could not be renewed", cause=seq)
    state.tokens.problem, state.tokens.expires_ns = changed.problem, changed.expires_ns
    bulk.start(world, ExitReason.TOKEN, cause=seq, at_once=True)
    due = max(world.now, min(world.now + FLAT_WITHIN_NS, changed.expires_ns))
    _look(world, str(due))


def _look(world: World, due: str) -> None:
    """Everything is sold, or should be by now: the broker is left."""
    if world.now >= int(due) or not (open_positions(world) or world.state.intents):
        _leave(world)
    else:
        world.schedule(world.now + SECOND, "tokens_flat", due)


def on_flat_due(world: World, due: str) -> None:
    """A second later; the tokens may have been renewed after all."""
    if HALT in world.state.halts and not world.state.tokens.is_over:
        _look(world, due)


def _leave(world: World) -> None:
    """No quotes but of what is still held; its exits go on for as long as orders pass."""
    state = world.state
    state.tokens.is_over, state.down_ns = True, world.now
    name_open(world)
    idle = tuple(InstrumentKey(key) for key in state.watched if key not in state.by_instrument)
    if idle:
        world.ask(Unsubscribe(idle))
    world.emit(TokenInvalid(state.tokens.problem))
    if open_positions(world) and world.now < state.tokens.expires_ns:
        world.schedule(state.tokens.expires_ns, "tokens_ended", str(state.tokens.generation))


def on_ended(world: World, generation: str) -> None:
    """From here on no order passes."""
    if HALT in world.state.halts and int(generation) == world.state.tokens.generation:
        name_open(world)


def name_open(world: World) -> None:
    """Tell a person what could not be sold, and what protects it."""
    has_ended = world.now >= world.state.tokens.expires_ns
    when = "the tokens have ended" if has_ended else "the tokens end"
    for position in open_positions(world):
        held = f"{open_units(position)} units of {position.symbol} are still open"
        text = f"{when} and {held}: {protection.told(world, position)}"
        world.alert("critical", text)
