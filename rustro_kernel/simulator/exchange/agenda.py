"""What the exchange has promised to do later, by time."""

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

NEVER = 1 << 62
Step = Callable[[int], None]
"""Done at its time, which it is told."""


class Agenda:
    """Steps in order of time; those of one moment in the order they were entered."""

    def __init__(self) -> None:
        self._steps: list[tuple[int, int, Step]] = []
        self._numbers = count()

    def at(self, ts_ns: int, step: Step) -> None:
        """Enter a step."""
        heappush(self._steps, (ts_ns, next(self._numbers), step))

    def due_ns(self) -> int:
        """When the next step is due."""
        return self._steps[0][0] if self._steps else NEVER

    def do_next(self) -> None:
        """Do it."""
        ts_ns, _, step = heappop(self._steps)
        step(ts_ns)
