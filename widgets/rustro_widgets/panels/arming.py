"""The safety catch of the kill button: off for ten seconds, then on again by itself."""

from collections.abc import Callable
from math import ceil
from time import monotonic

ARMED_S = 10.0


class Arming:
    """Whether a kill may be fired. From any thread.

    Args:
        clock: Seconds, monotonic.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._since_s = -ARMED_S

    @property
    def left_s(self) -> int:
        """Whole seconds until the catch is on again; 0: it is."""
        return max(ceil(self._since_s + ARMED_S - self._clock()), 0)

    @property
    def is_armed(self) -> bool:
        """Whether the catch is off."""
        return self.left_s > 0

    def arm(self) -> None:
        """Take the catch off, for ten seconds from now."""
        self._since_s = self._clock()

    def disarm(self) -> None:
        """Put it on."""
        self._since_s = self._clock() - ARMED_S
