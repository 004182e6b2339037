"""From values to places in a picture, and round numbers for its axes."""

import math
from collections.abc import Iterable
from typing import NamedTuple


class Scale(NamedTuple):
    """A straight axis: `low` lies at `start`, `high` at `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The place of a value, to a tenth."""
        part = (value - self.low) / (self.high - self.low)
        return round(self.start + part * (self.end - self.start), 1)


def scale(values: Iterable[float], start: float, end: float, *, margin: float = 0.0) -> Scale:
    """An axis that holds all values, and more than one point if there is only one."""
    found = [v for v in values if math.isfinite(v)] or [0.0, 1.0]
    low, high = min(found), max(found)
    room = (high - low) * margin if high > low else max(abs(low) * 0.01, 0.5)
    return Scale(low - room, high + room, start, end)


def round_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round values inside, at most so many: steps of 1, 2 or 5 times a power of ten."""
    if not high > low:
        return [low]
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    step = next(s * power for s in (1, 2, 5, 10, 20) if (high - low) / (s * power) < most)
    first = math.ceil(low / step)
    return [round(n * step, 10) for n in range(first, math.floor(high / step) + 1)]
