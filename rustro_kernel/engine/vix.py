"""The VIX breaker (SPEC 13): by level, by rise over ten minutes, and by silence."""

from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.domain.verdicts import ExitReason
from rustro_kernel.engine import bulk
from rustro_kernel.engine.events.risk import VixNormalised, VixSpike
from rustro_kernel.engine.hours import open_ns
from rustro_kernel.engine.world import World

RISE_OVER_NS = 10 * MINUTE
CALM_FOR_NS = 10 * MINUTE
TRAIL = RISE_OVER_NS // MINUTE + 1
"""Values a minute apart that the rise is measured over."""
REPEAT_NS = 5 * MINUTE


def on_vix(world: World, value: int) -> None:
    """A new VIX, in hundredths: break, or calm down."""
    account, now = world.state.account, world.now
    account.vix, account.vix_seen_ns = value, now
    if "VIX_STALE" in world.state.halts:
        account.vix_below_since = 0
        world.unhalt("VIX_STALE")
    rise = _rise(world, value)
    if value > world.limits.vix_max:
        _break(world, value, rise, "level")
    elif rise > world.limits.vix_spike:
        _break(world, value, rise, "rise")
    if "VIX_HALT" in world.state.halts:
        _calm(world, value)


def _rise(world: World, value: int) -> int:
    """How much VIX rose over the latest value at least ten minutes old; 0 early in the day."""
    trail, now = world.state.account.vix_trail, world.now
    trail.append((now, value))
    while len(trail) > 1 and now - trail[1][0] >= RISE_OVER_NS:
        trail.pop(0)
    past, then = trail[0]
    is_early = now < open_ns(world.state.hours) + RISE_OVER_NS
    return 0 if is_early or now - past < RISE_OVER_NS else value - then


def rise(world: World) -> int:
    """That rise as it stands, in hundredths; 0 where ten minutes are not known yet."""
    account, now = world.state.account, world.state.now_ns
    if not account.vix_trail or now < open_ns(world.state.hours) + RISE_OVER_NS:
        return 0
    past, then = account.vix_trail[0]
    return account.vix - then if now - past >= RISE_OVER_NS else 0


def is_calm(world: World, values: tuple[int, ...]) -> bool:
    """Whether none of the minutes' values can break anything, nor calm anything down."""
    halts, limits = world.state.halts, world.limits
    if "VIX_HALT" in halts or "VIX_STALE" in halts or 0 in values:
        return False
    highest, past = max(values), [value for _, value in world.state.account.vix_trail]
    return highest <= limits.vix_max and highest - min([*values, *past]) <= limits.vix_spike


def hear(world: World, values: tuple[int, ...], end_ns: int) -> None:
    """Calm minutes in a row, the last one ending at `end_ns`."""
    account, values = world.state.account, values[-TRAIL:]
    account.vix, account.vix_seen_ns = values[-1], end_ns
    trail = account.vix_trail
    at_ns = end_ns - (len(values) - 1) * MINUTE
    for value in values:
        trail.append((at_ns, value))
        at_ns += MINUTE
    least_ns = end_ns - RISE_OVER_NS
    while len(trail) > 1 and trail[1][0] <= least_ns:
        trail.pop(0)


def _break(world: World, value: int, rise: int, rule: str) -> None:
    """Entries off, everything closed; the same spike is not stated twice in five minutes."""
    account, now = world.state.account, world.now
    account.vix_below_since = 0
    if "VIX_HALT" in world.state.halts and now - account.vix_stated_ns < REPEAT_NS:
        return
    account.vix_stated_ns = now
    seq = world.emit(VixSpike(value, rise, rule))
    if "VIX_HALT" not in world.state.halts:
        world.alert("critical", f"VIX breaker at {value / 100:.2f} ({rule})", cause=seq)
    world.halt("VIX_HALT", "the VIX breaker is on", cause=seq)
    bulk.start(world, ExitReason.VIX, cause=seq)


def _calm(world: World, value: int) -> None:
    """Ten minutes below the resume level, with data all the while, take the breaker off."""
    account, now = world.state.account, world.now
    if value >= world.limits.vix_resume:
        account.vix_below_since = 0
    elif not account.vix_below_since:
        account.vix_below_since = now
    elif now - account.vix_below_since >= CALM_FOR_NS:
        seq = world.emit(VixNormalised(value))
        world.unhalt("VIX_HALT", cause=seq)


def check_stale(world: World, _reference: str) -> None:
    """No VIX for too long: no entries. Never an exit on missing data."""
    due = world.state.account.vix_seen_ns + world.limits.vix_stale_ns
    if world.now >= due:
        world.halt("VIX_STALE", "no VIX for a while")
        due = world.now + world.limits.vix_stale_ns
    if world.state.phase != "CLOSED":
        world.schedule(due, "vix_stale")
