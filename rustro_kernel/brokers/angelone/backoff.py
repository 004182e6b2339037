"""How long to wait before connecting again."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, repeat

MINUTE_S = 60.0
JITTER = 0.2


def delays(steps_s: Sequence[float], random: Callable[[], float]) -> Iterator[float]:
    """Seconds to wait before each attempt: the steps, then the last one for ever.

    Args:
        steps_s: Not empty.
        random: A number in [0, 1); spreads each delay by 20 % either way, so that many clients
            thrown out at once do not come back at once.
    """
    for step in chain(steps_s, repeat(steps_s[-1])):
        yield step * (1 - JITTER + 2 * JITTER * random())


class Attempts:
    """Holds attempts to so many in any 60 seconds, whatever the back-off says."""

    def __init__(self, per_minute: int) -> None:
        self._times: deque[float] = deque(maxlen=per_minute)

    def wait_s(self, now_s: float) -> float:
        """Seconds until the next attempt is allowed."""
        if len(self._times) < (self._times.maxlen or 1):
            return 0.0
        return max(0.0, self._times[0] + MINUTE_S - now_s)

    def note(self, now_s: float) -> None:
        """One attempt is made now."""
        self._times.append(now_s)
