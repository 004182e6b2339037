"""Sixty prices inside every minute that give exactly the minute's bar again."""

import numpy as np

from rustro_kernel.simulator.minute_bars import Floats, Ints, MinuteBars

LAST = 59
STEP = 5
"""Index values move in steps of 5 paise."""


def bridge(bars: MinuteBars, rng: np.random.Generator) -> Ints:
    """One price a second, paise, shape (minutes, 60).

    The first is the open, the last the close; high and low are both touched and never passed.
    """
    at, price = _anchors(bars, rng)
    free = _between(at, price) + _noise(at, bars, rng)
    stepped = (np.rint(free / STEP) * STEP).astype(np.int64)
    path = np.clip(stepped, bars.low[:, None], bars.high[:, None])
    np.put_along_axis(path, at, price, axis=1)
    return path


def _anchors(bars: MinuteBars, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Where the path is fixed: seconds and prices of open, first and second extreme, close."""
    n = len(bars)
    two = np.sort(rng.permuted(np.tile(np.arange(1, LAST), (n, 1)), axis=1)[:, :2], axis=1)
    low_first = rng.random(n) < np.where(bars.close >= bars.open, 0.75, 0.25)
    first = np.where(low_first, bars.low, bars.high)
    second = np.where(low_first, bars.high, bars.low)
    at = np.column_stack([np.zeros(n, dtype=np.int64), two, np.full(n, LAST, dtype=np.int64)])
    return at, np.column_stack([bars.open, first, second, bars.close])


def _segments(at: Ints) -> tuple[Ints, Ints]:
    """For each second of each minute, the column of the anchor at or before it, and its second."""
    seconds = np.broadcast_to(np.arange(LAST + 1), (len(at), LAST + 1))
    left = (seconds >= at[:, 1:2]).astype(np.int64) + (seconds >= at[:, 2:3])
    return left, seconds


def _between(at: Ints, value: Ints | Floats) -> Floats:
    """Straight lines from anchor to anchor."""
    left, seconds = _segments(at)
    t0, t1 = np.take_along_axis(at, left, 1), np.take_along_axis(at, left + 1, 1)
    v0, v1 = np.take_along_axis(value, left, 1), np.take_along_axis(value, left + 1, 1)
    return np.asarray(v0 + (v1 - v0) * ((seconds - t0) / (t1 - t0)), dtype=np.float64)


def _noise(at: Ints, bars: MinuteBars, rng: np.random.Generator) -> Floats:
    """A random walk that is zero at the anchors, as wide as the minute's range allows."""
    scale = 0.08 * (bars.high - bars.low)[:, None]
    walk = np.cumsum(rng.standard_normal((len(bars), LAST + 1)) * scale, axis=1)
    return walk - _between(at, np.take_along_axis(walk, at, 1))
