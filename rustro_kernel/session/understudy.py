"""Turns the crank while the notebook's loop is blocked. A plain thread without a loop.

It waits once for each stall: after that it turns for every input as it comes, until the callback
that was queued on the loop runs.
"""

import sys
from collections.abc import Callable
from threading import Event as Signal
from time import monotonic_ns

from rustro_kernel.session.crank import Crank
from rustro_kernel.session.doorbell import Doorbell

Stall = Callable[[int, str], None]
STANDSTILL_NS = 1_000_000_000
"""No busy machine keeps a thread from its turn for so long: somebody held the interpreter."""


class Understudy:
    """Watches the loop's doorbell.

    Args:
        bell: Rung for every turn asked of the notebook's loop.
        crank: What is turned.
        takeover_ms: How long a ring may stay unanswered.
        watched: Identifier of the thread the loop runs on, to say what blocks it.
        stalled: Told the length (ms) and the culprit of each stall when it is over.
    """

    def __init__(
        self, bell: Doorbell, crank: Crank, takeover_ms: int, watched: int, stalled: Stall
    ) -> None:
        self._bell, self._crank, self._watched, self._stalled = bell, crank, watched, stalled
        self._takeover_ns = takeover_ms * 1_000_000
        self._look_s = takeover_ms / 4_000
        self._stop = Signal()
        self._more = Signal()
        self._is_turning = False

    def nudge(self) -> None:
        """Something waits. Costs nothing unless the understudy is at the crank."""
        if self._is_turning:
            self._more.set()

    def stop(self) -> None:
        """Let `run` return."""
        self._stop.set()
        self._more.set()

    def run(self) -> None:
        """The thread.

        Where the whole process stood still, this thread too, nobody could ring: its own sleep
        tells that.
        """
        asleep_ns = monotonic_ns()
        while not self._stop.wait(self._look_s):
            slept_ns, since_ns = monotonic_ns() - asleep_ns, self._bell.since_ns
            if since_ns and monotonic_ns() - since_ns >= self._takeover_ns:
                self._take_over(since_ns)
            elif slept_ns >= STANDSTILL_NS:
                self._stalled(slept_ns // 1_000_000, _where(self._watched))
            asleep_ns = monotonic_ns()

    def _take_over(self, since_ns: int) -> None:
        """Turn until that ring is answered."""
        culprit = _where(self._watched)
        self._is_turning = True
        while self._bell.since_ns == since_ns and not self._stop.is_set():
            self._more.clear()
            self._crank.turn("understudy")
            self._more.wait(self._look_s)
        self._is_turning = False
        self._stalled((monotonic_ns() - since_ns) // 1_000_000, culprit)


def _where(thread: int) -> str:
    """What a thread is doing, as file:line:function; never source text."""
    frame = sys._current_frames().get(thread)
    if frame is None:
        return "unknown"
    return f"{frame.f_code.co_filename}:{frame.f_lineno}:{frame.f_code.co_name}"
