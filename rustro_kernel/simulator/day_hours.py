"""The minutes of a trading day in which something can tick."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rustro_kernel.domain.market_time import MINUTE, SECOND
from rustro_kernel.domain.rules import DayKind, DayRules, Interruption, Leg
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
        halts = rules.interruptions
        auction = (rules.index_auction,) if rules.index_auction else ()
        return cls(
            tick_legs(rules.index_legs, halts),
            tick_legs(rules.derivative_legs, halts),
            auction,
            tuple(Leg(h.feed_stuck_ns, h.halt_ns) for h in halts if h.feed_stuck_ns),
            rules.kind is not DayKind.ORDINARY,
        )

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


def tick_legs(legs: Sequence[Leg], halts: Sequence[Interruption]) -> tuple[Leg, ...]:
    """The legs with an extended close moved and every halt cut out."""
    open_legs = list(legs)
    for halt in halts:
        if halt.extended_close_ns:
            open_legs[-1] = Leg(open_legs[-1].open_ns, halt.extended_close_ns)
        open_legs = [part for leg in open_legs for part in _without(leg, halt)]
    return tuple(open_legs)


def _without(leg: Leg, halt: Interruption) -> list[Leg]:
    before = Leg(leg.open_ns, min(leg.close_ns, halt.halt_ns))
    after = Leg(max(leg.open_ns, halt.resume_ns), leg.close_ns)
    return [part for part in (before, after) if part.open_ns < part.close_ns]


def minute_starts(legs: Sequence[Leg]) -> Ints:
    """The starts of the minutes of some legs."""
    parts = [np.arange(leg.open_ns, leg.close_ns, MINUTE, dtype=np.int64) for leg in legs]
    return np.concatenate(parts)
