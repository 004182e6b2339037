"""The index second by second: what is known of it, and which part the feed publishes."""

from dataclasses import dataclass

import numpy as np

from rustro_kernel.domain.market_time import MINUTE, SECOND
from rustro_kernel.domain.rules import Leg
from rustro_kernel.simulator.bridge import bridge
from rustro_kernel.simulator.day_hours import SECONDS
from rustro_kernel.simulator.minute_bars import Ints, Mask, MinuteBars

PRINT_AFTER = 13 * MINUTE
"""The closing auction prints its one value in its 15:28 minute."""


@dataclass(frozen=True, slots=True)
class IndexPath:
    """Values in paise at seconds in ns, ascending; only `published` ones become ticks."""

    ns: Ints
    paise: Ints
    published: Mask

    @classmethod
    def inside(cls, bars: MinuteBars, published: Mask, rng: np.random.Generator) -> "IndexPath":
        """Sixty seconds for each bar; `published` has a value for each bar."""
        ns = np.add.outer(bars.start_ns, SECONDS).ravel()
        return cls(ns, bridge(bars, rng).ravel(), np.repeat(published, len(SECONDS)))

    def with_print(self, ns: int, paise: int) -> "IndexPath":
        """The same with one more published value, after all others."""
        return IndexPath(
            np.append(self.ns, ns), np.append(self.paise, paise), np.append(self.published, True)
        )

    def publishing(self, ns: int) -> "IndexPath":
        """The same with the value of one more second published."""
        return IndexPath(self.ns, self.paise, self.published | (self.ns == ns))


def stored_print(today: MinuteBars, auction: Leg, rng: np.random.Generator) -> tuple[int, int]:
    """When a stored day's closing auction printed, and what; (0, 0) if its bars do not show it.

    Vendors fill the auction with frozen or indicative bars, so the last change is the print.
    """
    upto = today.where(today.start_ns < auction.close_ns)
    changed = np.diff(upto.close, prepend=upto.close[0]) != 0
    rows = np.flatnonzero(changed & (upto.start_ns >= auction.open_ns))
    if not len(rows):
        return 0, 0
    return print_second(int(upto.start_ns[rows[-1]]), rng), int(upto.close[rows[-1]])


def print_second(minute_ns: int, rng: np.random.Generator) -> int:
    """A second of that minute."""
    return minute_ns + int(rng.integers(60)) * SECOND
