"""The exchange's clock, whose speed can be changed; see `pacing`."""

from time import monotonic_ns

from rustro_kernel.simulator.exchange import MarketClock

SLOW = 30.0


class WeekClock(MarketClock):
    """A market's clock whose speed can be changed; it never jumps."""

    def pace(self, speed: float) -> None:
        """Run so fast from now on."""
        now_ns = self.now_ns()
        self.speed, self._start_ns, self._zero_ns = speed, now_ns, monotonic_ns()
