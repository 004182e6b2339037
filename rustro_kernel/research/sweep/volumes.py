"""What the future's volumes come to, compiled: filters, quiet minutes, breakouts."""

import numpy as np

from rustro_kernel.research.sweep.compiled import compiled
from rustro_kernel.research.sweep.layout import Bars, Bytes, Floats, Ints, Mask
from rustro_kernel.research.sweep.shared import RAW, window

VOLUME_BARS = 500
QUARTERS_RAW = 200
QUARTERS, IN_A_ROW, HOURS_BEFORE = 80, 15, 20
FAR = 32_767


@compiled
def quiet_minutes(
    first: Ints, rows: Ints, volume: Ints, kept: Mask, minutes: Ints, counts: Ints, out: Bytes
) -> None:
    """`technical.is_quiet` at the end of each minute, for IN_A_ROW of them in a row."""
    places = np.empty(VOLUME_BARS, dtype=np.int64)
    before = np.empty(VOLUME_BARS + 64, dtype=np.int64)
    out[:] = 0
    for day in range(out.shape[0]):
        found = window(first[day], first[day], QUARTERS_RAW, VOLUME_BARS, kept, places)
        for at in range(found):
            before[at] = volume[places[at]]
        run, following = 0, first[day]
        for row in range(counts[day]):
            is_quiet = False
            if found >= QUARTERS and row >= IN_A_ROW - 1:
                last = minutes[day, row - IN_A_ROW + 1 : row + 1].sum()
                is_quiet = 2 * QUARTERS * last < before[found - QUARTERS : found].sum()
            run = run + 1 if is_quiet else 0
            out[day, row] = run >= IN_A_ROW
            while following < first[day + 1] and rows[following] <= row:
                before[found] = volume[following]
                found += 1
                following += 1


@compiled
def hour_so_far(
    first: Ints, rows: Ints, volume: Ints, minutes: Ints, counts: Ints, running: Bars, last: Bars
) -> None:
    """At each minute's end the future's volume in the running hour, and in the hour before."""
    for day in range(running.shape[0]):
        at, total, before = first[day], 0, 0
        for row in range(counts[day]):
            total += minutes[day, row]
            while at < first[day + 1] and rows[at] <= row:
                before, total = volume[at], 0
                at += 1
            running[day, row], last[day, row] = total, before


@compiled
def breakout_rows(
    first: Ints, rows: Ints, high: Ints, low: Ints, stub: Mask, closes: Bars, is_up: bool, out: Ints
) -> None:
    """For each minute the next one that closes beyond the last full hour; FAR: none."""
    beyond = np.empty(closes.shape[1], dtype=np.bool_)
    for day in range(closes.shape[0]):
        hour, at = -1, first[day]
        for row in range(closes.shape[1]):
            while at < first[day + 1] and rows[at] <= row:
                hour = at if not stub[at] else hour
                at += 1
            beyond[row] = hour >= 0 and _is_beyond(closes[day, row], high[hour], low[hour], is_up)
        following = FAR
        for row in range(closes.shape[1] - 1, -1, -1):
            following = row if beyond[row] else following
            out[day, row] = following


@compiled
def _is_beyond(close: int, high: int, low: int, is_up: bool) -> bool:
    return close > high if is_up else 0 < close < low


@compiled
def hour_volumes(
    first: Ints,
    clock: Ints,
    volume: Ints,
    stub: Mask,
    kept: Mask,
    keep_stub: int,
    is_same_hour: bool,
    out: Floats,
) -> None:
    """After so many of a day's own hours: the last hour's volume and the mean of 20 before."""
    places = np.empty(VOLUME_BARS + 64, dtype=np.int64)
    out[:] = np.nan
    for day in range(out.shape[0]):
        found = window(first[day], first[day], RAW, VOLUME_BARS, kept, places)
        before = found
        for at in range(first[day], first[day + 1]):
            if keep_stub or not stub[at]:
                places[found] = at
                found += 1
        for count in range(max(before, 1), found + 1):
            last = places[count - 1]
            out[day, count - before, 0] = volume[last]
            out[day, count - before, 1] = _mean(
                places[: count - 1], clock, volume, last, is_same_hour
            )


@compiled
def _mean(places: Ints, clock: Ints, volume: Ints, last: int, is_same_hour: bool) -> float:
    """The mean of the last HOURS_BEFORE of some hours, or NaN if there are fewer."""
    total, count = 0, 0
    for back in range(len(places) - 1, -1, -1):
        at = places[back]
        if is_same_hour and clock[at] != clock[last]:
            continue
        total += volume[at]
        count += 1
        if count == HOURS_BEFORE:
            return total / count
    return np.nan
