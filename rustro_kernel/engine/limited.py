"""The hour after a kill was taken back: half size, and one position at a time."""

from rustro_kernel.domain.market_time import HOUR
from rustro_kernel.domain.money import WHOLE_BPS
from rustro_kernel.engine.events.kill import LimitedModeEnded, LimitedModeStarted
from rustro_kernel.engine.world import World

LASTS_NS = HOUR
SIZE_BPS, MAX_POSITIONS = WHOLE_BPS // 2, 1


def begin(world: World, reason: str, *, cause: int) -> None:
    """From now on, for an hour."""
    until_ns = world.now + LASTS_NS
    world.state.limited_until_ns = until_ns
    world.emit(LimitedModeStarted(reason, until_ns, SIZE_BPS, MAX_POSITIONS), cause=cause)
    world.schedule(until_ns, "limited_over", str(until_ns))


def on_over(world: World, reference: str) -> None:
    """The hour is over, unless a later one began meanwhile."""
    if str(world.state.limited_until_ns) == reference:
        world.state.limited_until_ns = 0
        world.emit(LimitedModeEnded())


def lots_factor_bps(world: World) -> int:
    """The part of the usual lots that an entry may have."""
    return SIZE_BPS if world.state.limited_until_ns else WHOLE_BPS


def max_positions(world: World) -> int:
    """How many positions may be open at a time."""
    most = world.settings.risk.max_positions
    return min(most, MAX_POSITIONS) if world.state.limited_until_ns else most
