"""Which rows of a file become bars, and by which rule the others do not.

Every row has one verdict: it is kept, or dropped by the first rule of the table it breaks. So the
rows of a file are those kept plus those dropped, by construction.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rustro_kernel.bar_files.arrays import Floats, Ints, Mask
from rustro_kernel.bar_files.checks import price_flaws
from rustro_kernel.data.coverage import date_numbers
from rustro_kernel.data.market_hours import MarketHours, OpenDay
from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.market_time import MINUTE, ist_date, midnight_ns
from rustro_kernel.domain.quality import Gate, rules_of

NAMES = tuple(rule.name for rule in rules_of(Gate.IMPORT))
KEPT = -1
MAX_UNITS = 1e12


@dataclass(frozen=True)
class Rows:
    """The rows of a file, understood. Row numbers are those of the file."""

    start_ns: Ints
    missing_time: Mask
    rupees: Floats  # open, high, low, close
    volume: Floats  # 0 where missing


@dataclass(frozen=True)
class Verdicts:
    """Which rule dropped each row: its place in `NAMES`, or `KEPT`."""

    codes: Ints

    @property
    def kept(self) -> Mask:
        """The rows that become bars."""
        return np.equal(self.codes, KEPT)

    def dropped(self) -> dict[str, int]:
        """How many rows each rule dropped, of those that dropped any."""
        counts = Counter(self.codes[~self.kept].tolist())
        return {name: counts[n] for n, name in enumerate(NAMES) if counts[n]}

    def rows(self, name: str) -> Ints:
        """The rows a rule dropped, in the file's order."""
        return np.flatnonzero(self.codes == NAMES.index(name))


def judge(rows: Rows, hours: MarketHours, timeframe: Timeframe) -> Verdicts:
    """The verdict on every row."""
    codes = np.full(len(rows.start_ns), KEPT, dtype=np.int64)
    for name, broken in _flaws(rows, hours, timeframe):
        codes[broken & (codes == KEPT)] = NAMES.index(name)
    for name, repeated in _repeats(rows, np.flatnonzero(codes == KEPT)):
        codes[repeated] = NAMES.index(name)
    return Verdicts(codes)


def _flaws(rows: Rows, hours: MarketHours, timeframe: Timeframe) -> Iterator[tuple[str, Mask]]:
    yield "no_time", rows.missing_time
    yield from price_flaws(rows.rupees).items()
    yield "bad_volume", (rows.volume < 0) | (rows.volume > MAX_UNITS)
    yield from _out_of_hours(rows.start_ns, hours, timeframe).items()


def _out_of_hours(ts_ns: Ints, hours: MarketHours, timeframe: Timeframe) -> dict[str, Mask]:
    found = {
        name: np.zeros(len(ts_ns), dtype=np.bool_)
        for name in ("no_trading_day", "unknown_day", "off_minute", "outside_hours")
    }
    numbers = date_numbers(ts_ns)
    order = np.argsort(numbers, kind="stable")
    edges = np.flatnonzero(np.diff(numbers[order])) + 1
    for rows in np.split(order, edges):
        day = hours.day(ist_date(int(ts_ns[rows[0]]))) if len(rows) else "unknown_day"
        if isinstance(day, str):
            found[day][rows] = True
        else:
            off, outside = _misplaced(ts_ns[rows], day, timeframe)
            found["off_minute"][rows], found["outside_hours"][rows] = off, outside
    return found


def _misplaced(ts_ns: Ints, day: OpenDay, timeframe: Timeframe) -> tuple[Mask, Mask]:
    """Bars between two places of the grid, and bars on it outside the hours."""
    if timeframe is Timeframe.D1:
        off = ts_ns != midnight_ns(ist_date(day.legs[0].open_ns))
        return off, np.zeros_like(off)
    wanted = np.concatenate([day.starts(timeframe), day.auction_starts(timeframe)])
    off = ts_ns % MINUTE != 0
    first, last = day.legs[0].open_ns, day.legs[-1].close_ns
    inside = (ts_ns >= first) & (ts_ns < last)
    if timeframe is not Timeframe.M1:
        off |= inside & ~np.isin(ts_ns, wanted)
    return off, ~np.isin(ts_ns, wanted)


def _repeats(rows: Rows, kept: Ints) -> Iterator[tuple[str, Ints]]:
    """Of rows with the same start the file's first one stays."""
    order = kept[np.argsort(rows.start_ns[kept], kind="stable")]
    starts = rows.start_ns[order]
    again = np.flatnonzero(np.diff(starts, prepend=starts[:1] - 1) == 0)
    first = order[np.searchsorted(starts, starts[again])]
    same = (rows.rupees[order[again]] == rows.rupees[first]).all(axis=1)
    same &= rows.volume[order[again]] == rows.volume[first]
    yield "duplicate", order[again[same]]
    yield "conflict", order[again[~same]]
