"""The last bars of each series, in memory."""

from bisect import bisect_left
from operator import attrgetter

from rustro_kernel.domain.bars import Bar, Timeframe
from rustro_kernel.domain.instruments import InstrumentKey

_START = attrgetter("start_ns")


class Ring:
    """The last bars of one series, oldest first.

    Attributes:
        is_whole: Everything stored before is in it, as far as it reaches back.
    """

    __slots__ = ("_capacity", "bars", "is_whole")

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self.bars: list[Bar] = []
        self.is_whole = False

    def is_late(self, bar: Bar) -> bool:
        """Whether it begins before one that is here."""
        return bool(self.bars) and bar.start_ns < self.bars[-1].start_ns

    def put(self, bar: Bar) -> None:
        """Take a bar, in place of the one with the same start if there is one."""
        bars = self.bars
        if not bars or bar.start_ns > bars[-1].start_ns:
            bars.append(bar)
            if len(bars) > 2 * self._capacity:
                del bars[: -self._capacity]
            return
        at = bisect_left(bars, bar.start_ns, key=_START)
        if bars[at].start_ns == bar.start_ns:
            bars[at] = bar
        elif at:
            bars.insert(at, bar)
        else:
            self.is_whole = False  # what lies between is not known here

    def fill(self, stored: list[Bar]) -> None:
        """Begin with what the store has; `stored` holds what is here as well."""
        self.bars[:], self.is_whole = stored, True


Rings = dict[tuple[InstrumentKey, Timeframe], Ring]
