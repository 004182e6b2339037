"""The broker's tokens: watched, renewed before they end, and what is done without them."""

from rustro_kernel.domain.market_time import MINUTE, SECOND
from rustro_kernel.domain.verdicts import ExitReason
from rustro_kernel.engine import bulk, day
from rustro_kernel.engine.account import open_positions
from rustro_kernel.engine.effects import RefreshTokens
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
        _lost(world, changed.problem)
    elif changed.generation > world.state.tokens.generation:
        _take(world, changed)
    else:
        world.emit(DuplicateIgnored("tokens", str(changed.generation)))


def _take(world: World, changed: TokensChanged) -> None:
    state = world.state
    is_first = state.tokens == Tokens()
    state.tokens = Tokens(changed.generation, changed.expires_ns)
    if is_first:
        world.emit(TokensStored())
        world.emit(TokenLoaded(changed.expires_ns))
        seq = world.emit(TokenMonitorActive())
    else:
        seq = world.emit(TokenRefreshed(changed.generation, changed.expires_ns))
    world.unhalt(HALT, cause=seq)
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


def _lost(world: World, problem: str) -> None:
    """Orders pass as long as the old tokens live: what is held is left while they do."""
    if HALT in world.state.halts:
        world.emit(DuplicateIgnored("tokens", problem))
        return
    seq = world.emit(TokenInvalid(problem))
    world.alert("critical", f"no tokens from the broker: {problem}", cause=seq)
    if world.state.stage == "INIT":
        world.state.exit_code = FAILED
        day.shut_down(world, f"no tokens from the broker: {problem}", cause=seq)
        return
    world.halt(HALT, "the broker's tokens could not be renewed", cause=seq)
    bulk.start(world, ExitReason.TOKEN, cause=seq, at_once=True)
    world.schedule(world.now + FLAT_WITHIN_NS, "tokens_flat")


def on_flat_due(world: World, _reference: str) -> None:
    """By now everything should have been sold."""
    held = open_positions(world)
    if HALT in world.state.halts and held:
        names = ", ".join(position.symbol for position in held)
        world.alert("critical", f"the tokens end and these are still open: {names}")
