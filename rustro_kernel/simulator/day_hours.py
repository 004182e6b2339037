"""The minutes of a trading day in which something can tick."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rustro_kernel.domain.market_time import MINUTE, SECOND
from rustro_kernel.domain.past_day import past_hours
from rustro_kernel.domain.rules import DayRules, Leg
from rustro_kernel.simulator.minute_bars import Ints, Mask, inside

SECONDS = np.arange(60, dtype=np.int64) * SECOND


@dataclass(frozen=True)
class DayHours:
    """When index and derivatives tick: hours of the rules, extended, with the halts cut out."""

    index: tuple[Leg, ...]
    derivative: tuple[Leg, ...]
    auction: tuple[Leg, ...]
    stuck: tuple[Leg, ...]  # the index feed stands still, derivatives trade
    special: bool = False  # no ordinary trading day

    @classmethod
    def of(cls, rules: DayRules) -> "DayHours":
        """The hours of a day as history knows them."""
        halts, traded = rules.interruptions, past_hours(rules)
        auction = (rules.index_auction,) if rules.index_auction else ()
        stuck = tuple(Leg(h.feed_stuck_ns, h.halt_ns) for h in halts if h.feed_stuck_ns)
        return cls(traded.index, traded.derivative, auction, stuck, traded.special)

    @cached_property
    def minutes(self) -> Ints:
        """Starts of all minutes of the day, ascending."""
        return np.unique(minute_starts((*self.index, *self.derivative, *self.auction)))

    @cached_property
    def seconds(self) -> Ints:
        """Starts of all seconds of these minutes, ascending."""
        return np.add.outer(self.minutes, SECONDS).ravel()

    @cached_property
    def trading(self) -> Mask:
        """Which seconds derivatives trade in."""
        return inside(self.seconds, self.derivative)


def minute_starts(legs: Sequence[Leg]) -> Ints:
    """The starts of the minutes of some legs."""
    parts = [np.arange(leg.open_ns, leg.close_ns, MINUTE, dtype=np.int64) for leg in legs]
    return np.concatenate(parts)
