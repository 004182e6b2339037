"""Calls once when a moment of the market has come."""

import asyncio
from collections.abc import Callable

from rustro_kernel.session.live.pace import LOOK_S, Pace


class Alarm:
    """Set again, it forgets the moment it was set to before. On the I/O loop only.

    The clock is looked at again and again: it may stand still, jump or be set meanwhile.
    """

    def __init__(self, pace: Pace, ring: Callable[[int], None]) -> None:
        self._pace, self._ring = pace, ring
        self._due_ns = 0
        self._timer: asyncio.TimerHandle | None = None

    def set(self, due_ns: int) -> None:
        """Ring at that moment; never at once, so that whoever sets it is done first."""
        self.cancel()
        self._due_ns = due_ns
        wait_s = min(self._pace.wait_s(due_ns), LOOK_S)
        self._timer = asyncio.get_running_loop().call_later(wait_s, self._look)

    def cancel(self) -> None:
        """Ring no more."""
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        if self._pace.now_ns() < self._due_ns:
            self.set(self._due_ns)
        else:
            self._ring(self._due_ns)
