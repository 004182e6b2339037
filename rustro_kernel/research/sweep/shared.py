"""Indicators that sets share, compiled: what each day's windows come to, worked out once."""

import numpy as np

from rustro_kernel.indicators.kernels import adx, ema, rsi
from rustro_kernel.research.sweep.compiled import compiled
from rustro_kernel.research.sweep.layout import HOURS, Bytes, Floats, Ints, Mask, Rows

RAW = 500
"""Most bars before a day that a session is told of, before any are left out (`History.windows`)."""
DAILY_RAW = 200
LEAST_BARS = 28


@compiled
def window(first: int, end: int, raw: int, most: int, kept: Mask, into: Ints) -> int:
    """The places of a window's bars before `first`, then all of first..end-1; returns how many."""
    start, found = max(0, first - raw), 0
    for at in range(first - 1, start - 1, -1):
        if kept[at] and found < most:
            found += 1
            into[found - 1] = at
    for at in range(found // 2):
        into[at], into[found - 1 - at] = into[found - 1 - at], into[at]
    return found


@compiled
def hours_by_row(first: Ints, rows: Ints, stub: Mask, keep_stub: int, out: Bytes) -> None:
    """How many of a day's own hours are complete at the end of each minute."""
    out[:] = 0
    for day in range(out.shape[0]):
        for at in range(first[day], first[day + 1]):
            if keep_stub or not stub[at]:
                for row in range(max(0, rows[at]), out.shape[1]):
                    out[day, row] += 1


@compiled
def daily_trends(
    first: Ints,
    high: Ints,
    low: Ints,
    close: Ints,
    kept: Mask,
    warmup: int,
    period: int,
    out: Rows,
) -> None:
    """ADX, +DI, -DI of each day's window of daily bars; NaN under LEAST_BARS of them."""
    places = np.empty(DAILY_RAW + 1, dtype=np.int64)
    trend, plus, minus = np.empty(RAW), np.empty(RAW), np.empty(RAW)
    for day in range(out.shape[0]):
        row = out[day]
        found = window(first[day], first[day], DAILY_RAW, warmup, kept, places)
        _adx_of(places[:found], high, low, close, period, trend, plus, minus)
        is_known = found >= LEAST_BARS
        row.adx = trend[found - 1] if is_known else np.nan
        row.plus = plus[found - 1] if is_known else np.nan
        row.minus = minus[found - 1] if is_known else np.nan


@compiled
def hourly_trends(
    first: Ints,
    high: Ints,
    low: Ints,
    close: Ints,
    stub: Mask,
    kept: Mask,
    keep_stub: int,
    warmup: int,
    period: int,
    out: Rows,
) -> None:
    """The same of hours after each of a day's own: [day, hour]."""
    places = np.empty(RAW + 64, dtype=np.int64)
    trend, plus, minus = np.empty(RAW + 64), np.empty(RAW + 64), np.empty(RAW + 64)
    for day in range(out.shape[0]):
        row = out[day]
        before = window(first[day], first[day], min(2 * warmup, RAW), warmup, kept, places)
        found = before
        for at in range(first[day], first[day + 1]):
            if keep_stub or not stub[at]:
                places[found] = at
                found += 1
        _adx_of(places[:found], high, low, close, period, trend, plus, minus)
        for hour in range(HOURS):
            at = before + hour
            is_known = at < found and at + 1 >= LEAST_BARS
            row.adx[hour] = trend[at] if is_known else np.nan
            row.plus[hour] = plus[at] if is_known else np.nan
            row.minus[hour] = minus[at] if is_known else np.nan


@compiled
def _adx_of(
    places: Ints,
    high: Ints,
    low: Ints,
    close: Ints,
    period: int,
    trend: Floats,
    plus: Floats,
    minus: Floats,
) -> None:
    """`kernels.adx` of the bars at some places."""
    highs, lows = high[places].astype(np.float64), low[places].astype(np.float64)
    closes, count = close[places].astype(np.float64), len(places)
    adx(highs, lows, closes, period, trend[:count], plus[:count], minus[:count])


@compiled
def pullback_rows(
    first: Ints,
    rows: Ints,
    close: Ints,
    kept: Mask,
    warmup: int,
    fast: int,
    strength: int,
    lookback: int,
    out: Floats,
    out_first: Ints,
) -> None:
    """Minutes at which a close crosses its EMA, up and down: row and extreme RSI."""
    size, counts = RAW + 512, np.zeros(2, dtype=np.int64)
    places, average, index = np.empty(size, dtype=np.int64), np.empty(size), np.empty(size)
    for day in range(out_first.shape[1] - 1):
        out_first[:, day] = counts
        before = window(first[day], first[day], min(2 * warmup, RAW), warmup, kept, places)
        found = before + first[day + 1] - first[day]
        places[before:found] = np.arange(first[day], first[day + 1])
        closes = close[places[:found]].astype(np.float64)
        ema(closes, fast, average[:found])
        rsi(closes, strength, index[:found])
        for at in range(max(before, 1), found):
            crossed = _crossed(closes[at], closes[at - 1], average[at], average[at - 1])
            recent = index[max(0, at - lookback + 1) : at + 1]
            if crossed == 0 or np.isnan(recent).any():
                continue
            way = 0 if crossed > 0 else 1
            out[way, counts[way], 0] = rows[places[at]]
            out[way, counts[way], 1] = recent.min() if crossed > 0 else recent.max()
            counts[way] += 1
    out_first[:, -1] = counts


@compiled
def _crossed(now: float, then: float, average: float, before: float) -> int:
    """Whether a close came over its EMA (1) or under it (-1); never where that is NaN."""
    if now > average and then <= before and now > then:
        return 1
    return -1 if now < average and then >= before and now < then else 0
