"""How long inputs wait between intake and the engine."""

from collections import deque
from itertools import islice

KEPT = 100_000
RECENT = 5_000
"""So many are sorted while a session runs: sorting all of them would hold up the next input."""


class Lags:
    """The last waits in ns, and the longest of all."""

    def __init__(self, kept: int = KEPT) -> None:
        self.worst_ns = 0
        self._last: deque[int] = deque(maxlen=kept)

    def add(self, lag_ns: int) -> None:
        """Count one input's wait."""
        self._last.append(lag_ns)
        if lag_ns > self.worst_ns:
            self.worst_ns = lag_ns

    def now_ms(self) -> tuple[float, float]:
        """The 99th percentile of the most recent waits, and the longest of all. From any thread."""
        waits = sorted(islice(reversed(self._last.copy()), RECENT))
        high_ns = waits[len(waits) * 99 // 100] if waits else 0
        return high_ns / 1e6, self.worst_ns / 1e6

    def figures(self) -> dict[str, int]:
        """Median, 99th percentile of the last ones and the maximum, in microseconds."""
        waits = sorted(self._last.copy())
        if not waits:
            return {}
        middle, high = waits[len(waits) // 2], waits[min(len(waits) - 1, len(waits) * 99 // 100)]
        figures = {"lag_p50_us": middle, "lag_p99_us": high, "lag_max_us": self.worst_ns}
        return {name: ns // 1_000 for name, ns in figures.items()}
