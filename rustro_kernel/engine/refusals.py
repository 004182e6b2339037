"""Every reason why no entry would be taken now: who says so, why, since when, until what."""

from collections.abc import Iterator

from rustro_kernel.domain.market_time import show_clock
from rustro_kernel.domain.verdicts import Direction
from rustro_kernel.engine.clearing import clearing
from rustro_kernel.engine.hours import is_tradable
from rustro_kernel.engine.state import Desk
from rustro_kernel.engine.view import Refusal
from rustro_kernel.engine.world import World

CONFIGURED = "configuration"
NOT_TODAY = "not today"


def refusals(world: World) -> tuple[Refusal, ...]:
    """Halts first, by name; then what the day and the strategy say."""
    return (*_halts(world), *_of_the_day(world), *_of_the_desks(world))


def _halts(world: World) -> Iterator[Refusal]:
    state = world.state
    for name, sentence in sorted(state.halts.items()):
        by, clears = clearing(name, world.settings)
        since_ns, who = state.halted.get(name, (0, by))
        yield Refusal(name, who, sentence, since_ns, clears)


def _of_the_day(world: World) -> Iterator[Refusal]:
    state, now, settings = world.state, world.state.now_ns, world.settings
    start, end = state.hours.window
    if not settings.strategy.enabled:
        yield Refusal("", CONFIGURED, "the strategy is switched off", 0, "strategy.enabled = true")
    if not is_tradable(state.hours, now):
        yield Refusal("", "exchange", "the market is not open", 0, "the market opens")
    if not start <= now < end:
        clears = f"it opens at {show_clock(start)}" if now < start else NOT_TODAY
        yield Refusal("", CONFIGURED, "outside the entry window", 0, clears)
    taken, most = len(state.positions), settings.risk.max_positions
    if taken >= most:
        yield Refusal("", CONFIGURED, f"{taken} of {most} positions are taken", 0, "one is closed")


def _of_the_desks(world: World) -> Iterator[Refusal]:
    daily = f"the daily analysis at {show_clock(world.state.hours.daily_ns)}"
    for desk in world.state.desks.values():
        why, clears = _direction(desk, daily)
        if why:
            yield Refusal("", "strategy", f"{desk.name} {why}", 0, clears)


def _direction(desk: Desk, daily: str) -> tuple[str, str]:
    if desk.direction is None:
        return "has no direction yet", daily
    if desk.direction == Direction.NO_TRADE.value:
        return "is NO_TRADE today", NOT_TODAY
    return ("", "") if desk.is_aligned else ("is not aligned", "an hour completes that agrees")
