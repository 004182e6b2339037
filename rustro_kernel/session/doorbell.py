"""Wakes an asyncio loop from any thread: one pending wake-up at a time, never one per item."""

import asyncio
from collections.abc import Callable
from time import monotonic_ns


class Doorbell:
    """Put the item into the deque first, then ring; `answer` empties the deque on the loop.

    The flag falls before `answer` runs, so an item put in during it rings again: none is missed.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, answer: Callable[[], None]) -> None:
        self._loop, self._answer = loop, answer
        self.since_ns = 0
        """When the ring that is not answered yet began (monotonic ns); 0: none."""

    def ring(self) -> None:
        """Have `answer` called on the loop soon. From any thread; a closed loop is ignored."""
        if self.since_ns:
            return
        try:
            self.since_ns = monotonic_ns()
            self._loop.call_soon_threadsafe(self._open)
        except RuntimeError:
            pass
        except KeyboardInterrupt:  # else the flag would stand for a ring that nobody hears
            self.since_ns = 0
            raise

    def _open(self) -> None:
        self.since_ns = 0
        self._answer()
