"""The asyncio shell of the rate limits: waiting for a turn, and seeing who waits."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from rustro_kernel.brokers.angelone.limits import Budget, Line, Urgency
from rustro_kernel.brokers.angelone.routes import WINDOWS, Group, Window
from rustro_kernel.domain.market_time import SECOND


class Load(NamedTuple):
    """What stands in front of one group."""

    group: Group
    waiting: int
    free_in_s: float


class Turnstile:
    """Lets calls leave no faster than the broker allows. Used on one loop only.

    `now_ns` must never go back: it is no wall clock. The line is as long as its callers are many;
    each one's own timeout takes it out again.
    """

    def __init__(
        self, now_ns: Callable[[], int], windows: Mapping[Group, Sequence[Window]] = WINDOWS
    ) -> None:
        self._now_ns = now_ns
        self._lines = {group: Line(Budget(windows[group])) for group in Group}
        self._timers: dict[Group, asyncio.TimerHandle] = {}

    async def turn(self, group: Group, urgency: Urgency = Urgency.PLAIN) -> int:
        """Wait until a call may leave; the time it left, for `refused` and `answered`."""
        line = self._lines[group]
        mine = asyncio.get_running_loop().create_future()
        line.join(mine, urgency)
        try:
            self._pump(group)
            await mine
        finally:
            line.leave(mine)
        return self._now_ns()

    def refused(self, group: Group, sent_ns: int) -> None:
        """The broker throttled a call that left at `sent_ns`."""
        self._lines[group].budget.refused(sent_ns, self._now_ns())

    def answered(self, group: Group, sent_ns: int) -> None:
        """A call that left at `sent_ns` was not throttled."""
        self._lines[group].budget.answered(sent_ns)

    def loads(self) -> tuple[Load, ...]:
        """Every group: how many wait, and how long until one more call could leave."""
        now = self._now_ns()
        return tuple(
            Load(group, line.waiting, max(0, line.budget.free_ns() - now) / SECOND)
            for group, line in self._lines.items()
        )

    def left(self) -> dict[str, int]:
        """How many calls of each group may leave at once. From any thread."""
        now = self._now_ns()
        return {group.value: line.left(now) for group, line in self._lines.items()}

    def _pump(self, group: Group) -> None:
        """Let through whose turn it is, and come back when the next one's is."""
        line, now = self._lines[group], self._now_ns()
        for future in line.admit(now):
            assert isinstance(future, asyncio.Future)
            if not future.done():
                future.set_result(None)
        timer = self._timers.pop(group, None)
        if timer:
            timer.cancel()
        if line.waiting:
            delay_s = max(0, line.budget.free_ns() - now) / SECOND
            loop = asyncio.get_running_loop()
            self._timers[group] = loop.call_later(delay_s, self._pump, group)
