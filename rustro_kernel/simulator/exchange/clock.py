"""The market's clock: starts where it is told and runs so many times as fast as the wall's."""

from collections.abc import Callable
from time import monotonic_ns, time


class MarketClock:
    """Implements `ports.Clock`; it never goes back.

    Args:
        start_ns: The market's time when it is made.
        speed: Market seconds a second.
        monotonic: Nanoseconds that never go back.
        wall: Seconds since the epoch; one-time passwords of a real device follow it.
    """

    def __init__(
        self,
        start_ns: int,
        speed: float = 1.0,
        monotonic: Callable[[], int] = monotonic_ns,
        wall: Callable[[], float] = time,
    ) -> None:
        self.speed = speed
        self._start_ns, self._monotonic, self._wall = start_ns, monotonic, wall
        self._zero_ns, self._last_ns = monotonic(), start_ns

    def now_ns(self) -> int:
        """The market's time."""
        passed_ns = int((self._monotonic() - self._zero_ns) * self.speed)
        self._last_ns = max(self._last_ns, self._start_ns + passed_ns)
        return self._last_ns

    def wall_s(self) -> int:
        """The wall's time in whole seconds."""
        return int(self._wall())

    def wait_s(self, ts_ns: int) -> float:
        """Wall seconds until a time of the market; 0 if it has passed."""
        return max(0.0, (ts_ns - self.now_ns()) / self.speed / 1e9)

    def lose(self, seconds: float) -> None:
        """Stand still for so long of the wall's time, from now on."""
        self._zero_ns += round(seconds * 1e9)
