"""How often a person may be told: pure, so that a test can let hours pass."""

from collections import deque

from rustro_kernel.alerts.alert import Alert


class Limits:
    """Counts what was admitted within the last `window_ns`.

    Each level has numbers of its own: no flood of warnings holds a critical alert back, not one
    about the same thing either. Only what was admitted is remembered, so memory is bounded by the
    limits themselves.

    Args:
        window_ns: So far back is counted.
        most_per_about: At most so many of one level about one thing.
        most: At most so many of one level.

    Attributes:
        held: How many were held back since `take_held`.
        window_s: The same as `window_ns`.
    """

    def __init__(self, window_ns: int, most_per_about: int, most: int) -> None:
        self.held = 0
        self.window_s = window_ns / 1e9
        self._window_ns, self._most_per_about, self._most = window_ns, most_per_about, most
        self._admitted: deque[Alert] = deque()

    def admits(self, alert: Alert) -> bool:
        """Whether it may go out; if so, it counts from now on."""
        while self._admitted and alert.told_ns - self._admitted[0].told_ns >= self._window_ns:
            self._admitted.popleft()
        of_level = [each.about for each in self._admitted if each.level == alert.level]
        about_it = of_level.count(alert.about)
        if len(of_level) >= self._most or about_it >= self._most_per_about:
            self.held += 1
            return False
        self._admitted.append(alert)
        return True

    def take_held(self) -> int:
        """How many were held back; from now on they count as told."""
        held, self.held = self.held, 0
        return held
