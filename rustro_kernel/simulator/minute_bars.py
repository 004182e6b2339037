"""1m bars as arrays: what everything in the simulator is computed from."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from rustro_kernel.bar_files.arrays import Floats as Floats, Ints as Ints, Mask as Mask
from rustro_kernel.domain.bars import Bar
from rustro_kernel.domain.rules import Leg


@dataclass(frozen=True, slots=True)
class MinuteBars:
    """1m bars, oldest first: starts in ns since the epoch, prices in paise, all of one length."""

    start_ns: Ints
    open: Ints
    high: Ints
    low: Ints
    close: Ints

    def __len__(self) -> int:
        return len(self.start_ns)

    def where(self, wanted: Mask | slice) -> "MinuteBars":
        """The bars a mask or a slice picks."""
        return MinuteBars(
            self.start_ns[wanted],
            self.open[wanted],
            self.high[wanted],
            self.low[wanted],
            self.close[wanted],
        )

    def within(self, legs: Iterable[Leg]) -> "MinuteBars":
        """The bars that start inside one of the legs."""
        return self.where(inside(self.start_ns, legs))

    def bars(self) -> list[Bar]:
        """The same as bars, without volume."""
        columns = (self.start_ns, self.open, self.high, self.low, self.close)
        return [Bar(*row) for row in zip(*(c.tolist() for c in columns), strict=True)]


def inside(ts_ns: Ints, legs: Iterable[Leg]) -> Mask:
    """Which moments lie inside one of the legs."""
    found = np.zeros(len(ts_ns), dtype=np.bool_)
    for leg in legs:
        found |= (ts_ns >= leg.open_ns) & (ts_ns < leg.close_ns)
    return found
