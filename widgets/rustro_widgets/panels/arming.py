"""The safety catch of the kill button: off for ten seconds, then on again by itself."""

from collections.abc import Callable
from math import ceil
from time import monotonic

from rustro_widgets.panels.clicks import DOUBLE_CLICK_S

ARMED_S = 10.0


class Arming:
    """Whether a kill may be fired. From any thread.

    Args:
        clock: Seconds, monotonic.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._since_s = -ARMED_S
        self._switched_s = -DOUBLE_CLICK_S

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

    def switch(self) -> bool:
        """Off, or on again; false, and nothing, for the second half of a double click."""
        now_s = self._clock()
        if now_s - self._switched_s < DOUBLE_CLICK_S:
            return False
        self._switched_s = now_s
        (self.disarm if self.is_armed else self.arm)()
        return True

    def disarm(self) -> None:
        """Put it on."""
        self._since_s = self._clock() - ARMED_S
