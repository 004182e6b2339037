"""Minutes of a backtest that pass without anything to decide: worked out together.

What later decisions rest on is brought to the same state as minute by minute: 5m and longer bars,
the future's volumes, the VIX of the last ten minutes, quiet minutes in a row. One fact says how
many minutes stopped at which gate.
"""

from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.domain.verdicts import Direction
from rustro_kernel.engine import longer, minute_bars, vix
from rustro_kernel.engine.events.strategy import MinutesPassed
from rustro_kernel.engine.inputs import Minutes
from rustro_kernel.engine.state import Desk
from rustro_kernel.engine.world import World

DIRECTIONS = (Direction.CE.value, Direction.PE.value)


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


def until(world: World, desk: Desk, told: Minutes, at: int) -> int:
    """The first minute from `at` on at which something may be decided or is due."""
    state = world.state
    is_quiet = quiet_gate(desk) is not None and not told.is_full and not state.by_instrument
    if not is_quiet or state.hours.is_halted:
        return at
    end = min(len(told.closes), _hour_ends(world, desk, told, at))
    if state.agenda:  # what is due at a minute's end comes before it
        due_ns = state.agenda[0][0]
        end = min(end, -((told.first_ns - due_ns) // MINUTE) - 1)
    return end if end > at and vix.is_calm(world, told.vix[at:end]) else at


def _hour_ends(world: World, desk: Desk, told: Minutes, at: int) -> int:
    """The minute that completes the hour."""
    book = world.state.books[desk.index]
    _, end_ns = longer.bucket(world, book, Timeframe.H1, told.first_ns + at * MINUTE)
    return (end_ns - told.first_ns) // MINUTE - 1


def stretch(world: World, desk: Desk, told: Minutes, at: int, end: int, passed: Passed) -> None:
    """Let the minutes of rows at..end-1 pass; none of them completes an hour."""
    now = world.turn.ts = world.state.now_ns = told.first_ns + end * MINUTE
    world.state.boundary = now + MINUTE
    if world.settings.strategy.enabled:
        _count(desk, told, at, end, passed)
    vix.hear(world, told.vix[at:end], now)
    minute_bars.put_stretch(world, desk, told, at, end)
    price = next((close for close in reversed(told.closes[at:end]) if close), 0)
    if price:
        minute_bars.keep_index(world, desk, price)


def _count(desk: Desk, told: Minutes, at: int, end: int, passed: Passed) -> None:
    """How many minutes stopped where; one without a bar is not evaluated."""
    gate = quiet_gate(desk) or ""
    first_ns = told.first_ns
    if 0 not in told.closes[at:end]:
        passed.add(gate, first_ns + end * MINUTE, end - at)
        return
    for row in range(at, end):
        if told.closes[row]:
            passed.add(gate, first_ns + (row + 1) * MINUTE, 1)
