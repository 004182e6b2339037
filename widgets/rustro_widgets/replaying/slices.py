"""Work on the notebook's loop, in slices that leave it free for everything else."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from time import perf_counter

SLICE_S = 0.008
"""One portion more may take as long again, so that a slice stays below 20 ms."""
PAUSE_S = 0.002


class Slices:
    """Calls `work` for as long as it says that there is more to do.

    Args:
        loop: Where; None (a plain script): whoever calls `soon` waits until all is done.
        work: Does a small portion; false when nothing is left.
        done: Called when nothing is left.
        clock: Seconds, monotonic.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop | None,
        work: Callable[[], bool],
        done: Callable[[], None],
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        self._loop, self._work, self._done, self._clock = loop, work, done, clock
        self._timer: asyncio.TimerHandle | None = None
        self._is_over = False
        self.longest_s = 0.0

    def call(self, act: Callable[[], None]) -> None:
        """Do something where the work is done, and then what is left to do. From any thread."""
        if self._loop is None:
            act()
            self.soon()
            return
        with suppress(RuntimeError):  # the loop is closed: nobody is there to be shown anything
            self._loop.call_soon_threadsafe(self._acted, act)

    def soon(self) -> None:
        """Go on working, if nobody does. On the loop only."""
        if self._is_over:
            return
        if self._loop is None:
            while self._work():
                pass
            self._done()
        elif self._timer is None:
            self._timer = self._loop.call_later(0, self._slice)

    def stop(self) -> None:
        """End it; nothing is done afterwards."""
        self._is_over = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _acted(self, act: Callable[[], None]) -> None:
        if not self._is_over:
            act()
            self.soon()

    def _slice(self) -> None:
        self._timer = None
        began_s = self._clock()
        while not self._is_over and self._work():
            if self._clock() - began_s >= SLICE_S:
                self._rest()
                break
        else:
            if not self._is_over:
                self._done()
        self.longest_s = max(self.longest_s, self._clock() - began_s)

    def _rest(self) -> None:
        assert self._loop is not None
        self._timer = self._loop.call_later(PAUSE_S, self._slice)
