"""The machinery around the engine was too slow: said, and where it matters entries are off.

What is held is watched all the same: each turn takes its stops in, however late it comes.
"""

from rustro_kernel.engine.account import open_positions
from rustro_kernel.engine.events.system import InboxBacklog, LoopStalled, StrategyStalled
from rustro_kernel.engine.inputs import Backlogged, Stalled, StrategyTook
from rustro_kernel.engine.world import World

ALERT_MS = 5_000
"""A loop that stood still for longer is told to a person while something is held."""


def on_loop(world: World, stalled: Stalled) -> None:
    """The notebook's loop did not turn the engine for a while; the understudy did."""
    seq = world.emit(LoopStalled(stalled.lag_ms, stalled.culprit))
    held = len(open_positions(world))
    if held and stalled.lag_ms > ALERT_MS:
        text = f"the loop stood still for {stalled.lag_ms} ms at {stalled.culprit}, {held} open"
        world.alert("warning", text, cause=seq)


def on_strategy(world: World, took: StrategyTook) -> None:
    """A strategy that takes so long decides on prices that are gone: no entries of its."""
    text = f"the strategy took {took.took_ms} ms"
    seq = world.emit(StrategyStalled(took.took_ms))
    world.halt("STRATEGY_STALLED", text, cause=seq)
    world.alert("critical", f"{text}: entries off", cause=seq)


def on_backlog(world: World, backlog: Backlogged) -> None:
    """So much waits for the engine that an entry now would be an entry on the past."""
    text = f"{backlog.waiting} inputs waited for the engine"
    seq = world.emit(InboxBacklog(backlog.waiting))
    world.halt("INBOX_BACKLOG", text, cause=seq)
    world.alert("critical", f"{text}: entries off", cause=seq)
