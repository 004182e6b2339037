"""Minutes of a backtest that pass without anything to decide: worked out together.

What later decisions rest on is brought to the same state as minute by minute: 5m and longer bars,
the future's volumes, the VIX of the last ten minutes, quiet minutes in a row. One fact says how
many minutes stopped at which gate.
"""

from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.engine import minute_bars, vix
from rustro_kernel.engine.analysis import failed
from rustro_kernel.engine.entries import DIRECTIONS
from rustro_kernel.engine.events.strategy import MinutesPassed
from rustro_kernel.engine.held_minutes import Watch
from rustro_kernel.engine.inputs import Minutes
from rustro_kernel.engine.minute_bars import Building
from rustro_kernel.engine.state import Desk
from rustro_kernel.engine.world import World


class Passed:
    """Minutes in a row that stopped in the same way, not yet stated."""

    __slots__ = ("count", "desk", "end_ns", "way", "world")

    def __init__(self, world: World, desk: Desk) -> None:
        self.world, self.desk = world, desk
        self.way: tuple[str, str | None, str] = ("", None, "")
        self.end_ns = self.count = 0

    def add(self, gate: str, end_ns: int, count: int, trigger: str | None = None) -> None:
        """`count` more, the last one ending at `end_ns`."""
        way = self.desk.direction or "UNDETERMINED", trigger, gate
        if end_ns - count * MINUTE != self.end_ns or way != self.way:
            self.state()
        self.way, self.end_ns, self.count = way, end_ns, self.count + count
        self.desk.first_no = gate

    def state(self) -> None:
        """Put them on record."""
        if self.count:
            first_ns = self.end_ns - (self.count - 1) * MINUTE
            self.world.emit(MinutesPassed(self.desk.name, first_ns, self.count, *self.way))
            self.count = 0


def quiet_gate(desk: Desk) -> str | None:
    """The gate every minute stops at as things stand; None where the strategy is to be asked."""
    if desk.direction not in DIRECTIONS:
        return "direction"
    return None if desk.is_aligned else "aligned"


def until(world: World, desk: Desk, told: Minutes, at: int, building: Building) -> int:
    """The first minute from `at` on at which something may be decided or is due."""
    state = world.state
    if state.by_instrument or told.is_full or state.hours.is_halted or not building.is_vix_calm:
        return at
    end = min(len(told.closes), building.hour_ends(at))
    if quiet_gate(desk) is None:
        end = min(end, _calm_until(world, desk, told, at, building))
    if end > at and state.agenda:  # what is due at a minute's end comes before it
        due_ns = state.agenda[0][0]
        end = min(end, -((told.first_ns - due_ns) // MINUTE) - 1)
    return end


def _calm_until(world: World, desk: Desk, told: Minutes, at: int, building: Building) -> int:
    """The minute that completes a 5m bar, if the strategy asks for nothing before it."""
    bounds = calm(world, desk)
    if bounds is None or not bounds[0] <= told.closes[at] <= bounds[1]:
        return at
    end = building.five_ends(at)
    closes = told.closes[at:end]
    if not closes or min(closes) < max(bounds[0], 1) or max(closes) > bounds[1]:
        return at
    return end


def held_until(
    world: World, desk: Desk, told: Minutes, at: int, building: Building, watch: Watch
) -> int:
    """The same while one position is held: nor may any of its moments change anything."""
    state = world.state
    is_quiet_exit = world.settings.exits.low_volume_exit
    if told.is_full or is_quiet_exit or state.hours.is_halted or not building.is_vix_calm:
        return at
    end = min(len(told.closes), building.hour_ends(at), building.five_ends(at))
    if state.agenda:
        end = min(end, -((told.first_ns - state.agenda[0][0]) // MINUTE) - 1)
    if end <= at:
        return at
    if quiet_gate(desk) is None:
        end = min(end, _calm_until(world, desk, told, at, building))
    return watch.calm_until(at, end)


def gate_at(world: World, desk: Desk, close: int, *, is_five: bool) -> str | None:
    """The gate a minute with this close stops at; None where the strategy is to be asked."""
    gate = quiet_gate(desk)
    if gate is not None or is_five:
        return gate
    bounds = calm(world, desk)
    return "trigger" if bounds is not None and bounds[0] <= close <= bounds[1] else None


def calm(world: World, desk: Desk) -> tuple[int, int] | None:
    """Closes at which the strategy asks for nothing, unless a 5m bar completes."""
    try:
        return world.strategy.calm(DIRECTIONS[desk.direction or ""], desk.last_hour)
    except KeyboardInterrupt:  # a person's
        raise
    except BaseException as exc:  # noqa: BLE001 - as `analysis.ask_strategy`
        failed(world, "calm", exc)
        return None


def stretch(
    world: World,
    desk: Desk,
    told: Minutes,
    at: int,
    end: int,
    passed: Passed,
    building: Building,
) -> None:
    """Let the minutes of rows at..end-1 pass; none of them completes an hour."""
    now = world.turn.ts = world.state.now_ns = told.first_ns + end * MINUTE
    world.state.boundary = now + MINUTE
    if world.settings.strategy.enabled:
        _count(desk, told, at, end, passed)
    vix.hear(world, told.vix[at:end], now)
    building.stretch(at, end)
    while end > at and not told.closes[end - 1]:
        end -= 1
    if end > at:
        minute_bars.keep_index(world, desk, told.closes[end - 1])


def _count(desk: Desk, told: Minutes, at: int, end: int, passed: Passed) -> None:
    """How many minutes stopped where; one without a bar is not evaluated."""
    gate = quiet_gate(desk) or "trigger"
    first_ns = told.first_ns
    if 0 not in told.closes[at:end]:
        passed.add(gate, first_ns + end * MINUTE, end - at)
        return
    for row in range(at, end):
        if told.closes[row]:
            passed.add(gate, first_ns + (row + 1) * MINUTE, 1)
