"""An earlier day as today's windows see it: when it traded, and its bars with their marks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from msgspec.structs import replace

from rustro_kernel.domain.aggregate import aggregate
from rustro_kernel.domain.bars import SPAN_NS, Bar, Timeframe
from rustro_kernel.domain.market_time import ist_date, midnight_ns
from rustro_kernel.domain.rules import DayKind, DayRules, Interruption, Leg


class Traded(Protocol):
    """When a day traded: no minute of a halt, every minute of an extension."""

    @property
    def index(self) -> tuple[Leg, ...]:
        """The spot index, continuously."""

    @property
    def derivative(self) -> tuple[Leg, ...]:
        """Futures and options."""

    @property
    def special(self) -> bool:
        """Whether it was no ordinary trading day."""


@dataclass(frozen=True, slots=True)
class PastHours:
    """Implements `Traded`."""

    index: tuple[Leg, ...]
    derivative: tuple[Leg, ...]
    special: bool


def past_hours(rules: DayRules) -> PastHours:
    """The hours of a day that is over."""
    halts = rules.interruptions
    index, derivative = (
        tick_legs(legs, halts) for legs in (rules.index_legs, rules.derivative_legs)
    )
    return PastHours(index, derivative, rules.kind is not DayKind.ORDINARY)


def day_bars(minutes: Iterable[Bar], timeframe: Timeframe, hours: Traded, anchor: str) -> list[Bar]:
    """One day's 1m bars as those of a longer timeframe, marked."""
    built = aggregate(minutes, timeframe, anchor_ns(hours, anchor))
    return [marked(bar, timeframe, hours) for bar in built]


def anchor_ns(hours: Traded, anchor: str) -> int:
    """Where a day's bars are counted from: its "open", or midnight for "clock"."""
    open_ns = hours.index[0].open_ns
    return midnight_ns(ist_date(open_ns)) if anchor == "clock" else open_ns


def marked(bar: Bar, timeframe: Timeframe, hours: Traded) -> Bar:
    """The bar with its stub and special flags: a stub's span reaches past the day's close."""
    close_ns = hours.derivative[-1].close_ns
    stub = timeframe is not Timeframe.D1 and bar.start_ns + SPAN_NS[timeframe] > close_ns
    return replace(bar, stub=stub, special=hours.special) if stub or hours.special else bar


def within(bars: Iterable[Bar], legs: Sequence[Leg]) -> list[Bar]:
    """The bars that begin inside one of the legs."""
    return [bar for bar in bars if any(leg.open_ns <= bar.start_ns < leg.close_ns for leg in legs)]


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
