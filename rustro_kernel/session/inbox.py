"""Numbers every input at intake and holds it until the engine takes it."""

from collections import deque
from collections.abc import Sequence
from itertools import repeat
from time import monotonic_ns

from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine.inputs import Body, Input

BACKLOG = 100_000
BOUND = 1_000_000


class Inbox:
    """Inputs in the order they were taken in: n without holes, ts never decreasing.

    One thread numbers and puts, another takes from `waiting` (each with the monotonic ns at which
    it was put, for the lag); a deque is safe for that. When the
    engine falls behind, nothing is dropped: at `backlog` new positions pause, at the bound
    `is_full` tells the feed to wait. Commands are taken in whatever the length.

    Args:
        n: The last number given, where a session goes on.
        ts_ns: Its time.
        backlog: So many make new positions pause.
        bound: So many make the feed wait.

    Attributes:
        ticks: How many ticks were numbered here.
        tick_at_ns: When the last of them was, monotonic ns; 0: none yet.
    """

    def __init__(
        self, n: int = 0, ts_ns: int = 0, *, backlog: int = BACKLOG, bound: int = BOUND
    ) -> None:
        self.n, self.ts_ns = n, ts_ns
        self.ticks = self.tick_at_ns = 0
        self.waiting: deque[tuple[Input, int]] = deque()
        self._backlog, self._bound = backlog, bound

    def number(self, body: Body, ts_ns: int) -> Input:
        """The next input: the next number, and a time not before the last one's."""
        self.n += 1
        self.ts_ns = max(ts_ns, self.ts_ns)
        if type(body) is Tick:
            self.ticks += 1
            self.tick_at_ns = monotonic_ns()
        return Input(self.n, self.ts_ns, body)

    def put(self, item: Input) -> None:
        """Have an input wait for the engine."""
        self.waiting.append((item, monotonic_ns()))

    def number_all(self, bodies: Sequence[Body], ts_ns: int) -> list[Input]:
        """The next inputs, received together."""
        first, self.n = self.n + 1, self.n + len(bodies)
        self.ts_ns = ts_ns = max(ts_ns, self.ts_ns)
        ticks = sum(type(body) is Tick for body in bodies)
        if ticks:
            self.ticks += ticks
            self.tick_at_ns = monotonic_ns()
        return [Input(n, ts_ns, body) for n, body in enumerate(bodies, first)]

    def put_all(self, items: Sequence[Input]) -> None:
        """Have these wait for the engine."""
        self.waiting.extend(zip(items, repeat(monotonic_ns())))

    def data_age_ms(self) -> int | None:
        """How long ago the last tick came, by the wall; None: none came yet. From any thread."""
        return (monotonic_ns() - self.tick_at_ns) // 1_000_000 if self.tick_at_ns else None

    def queue_age_ms(self) -> int:
        """How long the first input in the queue has been waiting. From any thread."""
        try:
            return (monotonic_ns() - self.waiting[0][1]) // 1_000_000
        except IndexError:
            return 0

    @property
    def is_backlogged(self) -> bool:
        """Whether so much waits that no entry should be made on it."""
        return len(self.waiting) >= self._backlog

    @property
    def is_full(self) -> bool:
        """Whether the feed has to wait."""
        return len(self.waiting) >= self._bound
