"""What is there and what is missing, day by day against the calendar."""

import datetime as dt
from collections.abc import Iterator

import msgspec
import numpy as np

from rustro_kernel.bar_files.arrays import Ints
from rustro_kernel.data.market_hours import MarketHours, OpenDay
from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.market_time import DAY, IST_OFFSET, ist_date, midnight_ns, show_clock


class Stretch(msgspec.Struct, frozen=True):
    """Missing bars that follow one another; clock times of the first and the last, both missing."""

    first: str
    last: str
    bars: int

    def __str__(self) -> str:
        return self.first[:5] if self.bars == 1 else f"{self.first[:5]}..{self.last[:5]}"


class DayCoverage(msgspec.Struct, frozen=True):
    """One trading day."""

    date: dt.date
    expected: int
    present: int
    missing: tuple[Stretch, ...]
    note: str = ""  # what was special about the day

    @property
    def share(self) -> float:
        """How much of the day is there, 0 to 1."""
        return self.present / self.expected if self.expected else 1.0

    def __str__(self) -> str:
        spans = ", ".join(map(str, self.missing[:4])) + (", ..." if len(self.missing) > 4 else "")
        note = f" ({self.note})" if self.note else ""
        what = "no bars" if not self.present else f"{self.expected - self.present} missing: {spans}"
        return f"{self.date}: {what}{note}"


def coverage(
    starts: Ints,
    hours: MarketHours,
    timeframe: Timeframe,
    first: dt.date | None = None,
    last: dt.date | None = None,
) -> list[DayCoverage]:
    """Every trading day between two dates, or between the first and the last bar.

    Args:
        starts: Starts of the bars that are there, oldest first.
        hours: The instrument's.
        timeframe: Of the bars.
        first: The first date asked about.
        last: The last one, included.
    """
    if not len(starts) and (first is None or last is None):
        return []
    first = first or ist_date(int(starts[0]))
    last = last or ist_date(int(starts[-1]))
    return [
        _day(starts, date, day, timeframe)
        for date in hours.rules.trading_days(first, last)
        if isinstance(day := hours.day(date), OpenDay)
    ]


def _day(starts: Ints, date: dt.date, day: OpenDay, timeframe: Timeframe) -> DayCoverage:
    midnight = midnight_ns(date)
    here = starts[slice(*np.searchsorted(starts, (midnight, midnight + DAY)))]
    wanted = day.starts(timeframe)
    lost = wanted[~np.isin(wanted, here)]
    missing = tuple(_stretches(wanted, lost))
    return DayCoverage(date, len(wanted), len(wanted) - len(lost), missing, day.why_special)


def _stretches(wanted: Ints, lost: Ints) -> Iterator[Stretch]:
    """Neighbours among the wanted are one stretch, even across a halt."""
    if not len(lost):
        return
    places = np.searchsorted(wanted, lost)
    for part in np.split(lost, np.flatnonzero(np.diff(places) > 1) + 1):
        yield Stretch(show_clock(int(part[0])), show_clock(int(part[-1])), len(part))


def date_numbers(ts_ns: Ints) -> Ints:
    """Days since 1970 in India."""
    return (ts_ns + IST_OFFSET) // DAY


def steps_within_days(ts_ns: Ints) -> Ints:
    """The distances between neighbours of one day, in ns."""
    ordered = np.unique(ts_ns)
    same_day = np.diff(date_numbers(ordered)) == 0
    steps: Ints = np.diff(ordered)[same_day]
    return steps


def typical_step(steps: Ints) -> int:
    """The most frequent distance; 0 if there are none."""
    if not len(steps):
        return 0
    values, counts = np.unique(steps, return_counts=True)
    return int(values[np.argmax(counts)])
