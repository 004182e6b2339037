"""The session axis: bars stand side by side, so that no gap of the clock shows."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from rustro_kernel.domain.bars import Bar
from rustro_kernel.domain.market_time import HOUR, IST_OFFSET, MINUTE, ist_date, show_clock

MOST_LABELS = 12
LONG_NS = 3 * HOUR
"""Shorter days (Muhurat) have a label every quarter of an hour."""
Ticks = list[tuple[float, str]]
"""Position on the axis and its label."""


class SessionAxis(NamedTuple):
    """Times to positions: bar i stands at i and fills i - 0.5 .. i + 0.5."""

    starts: Sequence[int]
    span_ns: int

    @property
    def limits(self) -> tuple[float, float]:
        """The whole axis with a little air."""
        return -1.0, max(len(self.starts), 1) + 0.5

    def place(self, ts_ns: int) -> float:
        """Where a moment lies; between two bars it sticks to the earlier one's end."""
        index = bisect_right(self.starts, ts_ns) - 1
        if index < 0:
            return -0.5
        part = (ts_ns - self.starts[index]) / self.span_ns
        return index - 0.5 + min(part, 1.0)

    def ticks(self) -> Ticks:
        """Clock times (IST) within one day; across days the date where it changes."""
        dates = [ist_date(start) for start in self.starts]
        if len(set(dates)) > 1:
            return _thinned(
                [(i - 0.5, f"{d:%d %b}") for i, d in enumerate(dates) if i and d != dates[i - 1]]
            )
        is_long = len(self.starts) * self.span_ns > LONG_NS
        every_ns = HOUR if is_long else 15 * MINUTE
        return [
            (index - 0.5, show_clock(start)[:5])
            for index, start in enumerate(self.starts)
            if (start + IST_OFFSET) % every_ns == 0
        ]


def _thinned(ticks: Ticks) -> Ticks:
    """At most so many labels as can be read side by side."""
    return ticks[:: -(-len(ticks) // MOST_LABELS) or 1]


def axis_of(bars: Sequence[Bar], span_ns: int = MINUTE) -> SessionAxis:
    """The axis of these bars."""
    return SessionAxis([bar.start_ns for bar in bars], span_ns)
