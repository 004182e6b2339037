"""Rolling-window rate limits of one route group, with a line in front of it.

Sans-I/O: the time comes in as an argument. `turnstile` is the asyncio shell.
"""

from collections import deque
from collections.abc import Hashable, Sequence
from enum import IntEnum

from rustro_kernel.brokers.angelone.routes import Window
from rustro_kernel.domain.market_time import SECOND

BACKOFF_NS = tuple(s * SECOND for s in (2, 4, 8, 16))
"""SPEC 16: how long a group rests after the first, second, third and any later 403."""


class Urgency(IntEnum):
    """Who goes first of those who wait."""

    EXIT = 0  # sales and cancellations
    PROTECTION = 1  # a stop for what is held
    PLAIN = 2


class Budget:
    """When the next call of a group may leave."""

    def __init__(self, windows: Sequence[Window]) -> None:
        self._windows = tuple(windows)
        self._taken: deque[int] = deque(maxlen=max(window.calls for window in windows))
        self._resumes_ns = 0
        self._refused_ns = -1
        self._refusals = 0

    def free_ns(self) -> int:
        """The earliest time of the next call; in the past when it may leave at once."""
        return max((self._resumes_ns, *map(self._window_free_ns, self._windows)))

    def left(self, now_ns: int) -> int:
        """How many calls may leave now. From any thread: it looks at a copy."""
        if self._resumes_ns > now_ns:
            return 0
        taken = tuple(self._taken)
        used = (sum(at > now_ns - window.span_ns for at in taken) for window in self._windows)
        return min(w.calls - n for w, n in zip(self._windows, used, strict=True))

    def take(self, now_ns: int) -> None:
        """Spend one call. The caller has seen that `free_ns` is not later than now."""
        assert self.free_ns() <= now_ns
        self._taken.append(now_ns)

    def refused(self, sent_ns: int, now_ns: int) -> None:
        """The broker throttled a call; one burst of refusals counts once."""
        if sent_ns <= self._refused_ns:
            return
        step = min(self._refusals, len(BACKOFF_NS) - 1)
        self._refusals += 1
        self._refused_ns = now_ns
        self._resumes_ns = now_ns + BACKOFF_NS[step]

    def answered(self, sent_ns: int) -> None:
        """A call sent after the last refusal went through: the next refusal is a first one."""
        if sent_ns > self._refused_ns:
            self._refusals = 0

    def _window_free_ns(self, window: Window) -> int:
        if len(self._taken) < window.calls:
            return 0
        return self._taken[-window.calls] + window.span_ns


class Line:
    """Callers waiting for one budget: urgent ones first, each kind in the order it came."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self._queues: dict[Urgency, deque[Hashable]] = {each: deque() for each in Urgency}

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(map(len, self._queues.values()))

    def left(self, now_ns: int) -> int:
        """How many more could leave now, after those who wait."""
        return max(0, self.budget.left(now_ns) - self.waiting)

    def join(self, caller: Hashable, urgency: Urgency = Urgency.PLAIN) -> None:
        """Stand in line."""
        self._queues[urgency].append(caller)

    def leave(self, caller: Hashable) -> None:
        """Give up waiting; nothing happens if the caller's turn had come."""
        for queue in self._queues.values():
            if caller in queue:
                queue.remove(caller)

    def admit(self, now_ns: int) -> list[Hashable]:
        """Those whose turn it is now, in order; each has spent one call."""
        admitted: list[Hashable] = []
        while self.waiting and self.budget.free_ns() <= now_ns:
            self.budget.take(now_ns)
            admitted.append(next(filter(None, self._queues.values())).popleft())
        return admitted
