"""Simulated time that passes with the wall clock, so many times as fast."""

from collections.abc import Callable
from time import monotonic_ns


class PacedClock:
    """Implements `ports.Clock`: `start_ns` when made, and from then on `speed` x elapsed."""

    def __init__(
        self, start_ns: int, speed: float, monotonic: Callable[[], int] = monotonic_ns
    ) -> None:
        self._start_ns, self._speed, self._monotonic = start_ns, speed, monotonic
        self._zero_ns = monotonic()

    def now_ns(self) -> int:
        """The simulated time."""
        return self._start_ns + int((self._monotonic() - self._zero_ns) * self._speed)

    def wait_s(self, ts_ns: int) -> float:
        """Wall seconds until a simulated time; 0 if it has passed."""
        return max(0.0, (ts_ns - self.now_ns()) / self._speed / 1e9)
