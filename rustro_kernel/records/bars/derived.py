"""What follows from 1m bars: longer ones, filled holes, and whether the stored ones agree."""

import numpy as np

from rustro_kernel.domain.bars import SPAN_NS, Timeframe
from rustro_kernel.domain.market_time import DAY, IST_OFFSET
from rustro_kernel.records.bars.columns import AUCTION, FILLED, Columns, Ints, empty


def aggregated(minutes: Columns, timeframe: Timeframe, anchor_ns: int) -> Columns:
    """One day's minutes as longer bars, the same as `domain.aggregate`; auctions are left out.

    `anchor_ns` is the open of that day, or IST midnight for clock bars.
    """
    used = minutes.where((minutes.flags & AUCTION) == 0)
    if not len(used):
        return empty()
    starts, first = np.unique(_starts(used, timeframe, anchor_ns), return_index=True)
    return Columns(
        starts,
        used.open_paise[first],
        np.maximum.reduceat(used.high_paise, first),
        np.minimum.reduceat(used.low_paise, first),
        used.close_paise[np.append(first[1:], len(used)) - 1],
        np.add.reduceat(used.volume, first),
        np.bitwise_or.reduceat(used.flags, first),
    )


def _starts(minutes: Columns, timeframe: Timeframe, anchor_ns: int) -> Ints:
    starts = minutes.start_ns
    if timeframe is Timeframe.D1:
        return starts - (starts + IST_OFFSET) % DAY
    return starts - (starts - anchor_ns) % SPAN_NS[timeframe]


def filled(columns: Columns, timeframe: Timeframe) -> Columns:
    """The bars with every hole inside a day closed: the last close, no volume, marked FILLED.

    Nothing is added before a day's first bar or after its last one; daily bars have no holes.
    """
    if len(columns) < 2 or timeframe is Timeframe.D1:
        return columns
    span = SPAN_NS[timeframe]
    steps = np.diff(columns.start_ns)
    days = (columns.start_ns + IST_OFFSET) // DAY
    repeats = np.append(np.where(days[1:] == days[:-1], np.maximum(steps // span, 1), 1), 1)
    source = np.repeat(np.arange(len(columns)), repeats)
    nth = np.arange(len(source)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    is_new = nth > 0
    held = columns.where(source)
    last = held.close_paise
    return Columns(
        held.start_ns + nth * span,
        np.where(is_new, last, held.open_paise),
        np.where(is_new, last, held.high_paise),
        np.where(is_new, last, held.low_paise),
        last,
        np.where(is_new, 0, held.volume),
        np.where(is_new, FILLED | (held.flags & AUCTION), held.flags),
    )


def differing(stored: Columns, expected: Columns) -> list[int]:
    """Starts at which two series differ in anything but their marks, or only one has a bar."""
    ours, theirs = _by_start(stored), _by_start(expected)
    return sorted(s for s in ours | theirs if ours.get(s) != theirs.get(s))


def _by_start(columns: Columns) -> dict[int, tuple[int, ...]]:
    rows = zip(*(column.tolist() for column in columns.arrays()[:-1]), strict=True)
    return {row[0]: row for row in rows}
