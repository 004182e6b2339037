"""The market's clock: starts where it is told and runs so many times as fast as the wall's."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic_ns, time

Monotonic = Callable[[], int]


@dataclass(frozen=True)
class MarketClock:
    """Implements `ports.Clock`.

    Args:
        start_ns: The market's time when it is made.
        speed: Market seconds a second.
        monotonic: Nanoseconds that never go back.
        wall: Seconds since the epoch; one-time passwords of a real device follow it.
    """

    start_ns: int
    speed: float = 1.0
    monotonic: Monotonic = monotonic_ns
    wall: Callable[[], float] = time
    zero_ns: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "zero_ns", self.monotonic())

    def now_ns(self) -> int:
        """The market's time."""
        return self.start_ns + int((self.monotonic() - self.zero_ns) * self.speed)

    def wall_s(self) -> int:
        """The wall's time in whole seconds."""
        return int(self.wall())

    def wait_s(self, ts_ns: int) -> float:
        """Wall seconds until a time of the market; 0 if it has passed."""
        return max(0.0, (ts_ns - self.now_ns()) / self.speed / 1e9)
