"""The array forms, compiled. Imported on the first array call only: numba takes a second to load.

Every line of arithmetic is that of the streaming class, in the same order and without fastmath, so
that no operation is fused or reordered and the results are equal bit for bit. A kernel returns the
index of the first bar the streaming class would refuse, or -1. Results go into the caller's arrays:
numpy's allocator reuses memory and numba's does not, and fresh pages cost more than the arithmetic.
`nogil`: other threads run meanwhile.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

P = ParamSpec("P")
R = TypeVar("R")
Column = NDArray[np.float64]
"""One-dimensional float64 array, oldest bar first."""

STILL = 1e-300
"""`checks.STILL`, written here because numba's disk cache only notices changes of this file."""


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """The function, compiled on first call and cached on disk where a folder can be written."""
    try:
        fast: Callable[P, R] = numba.njit(nogil=True, cache=True, error_model="numpy")(function)
    except RuntimeError:  # neither __pycache__ nor the user's cache folder can be written
        fast = numba.njit(nogil=True, error_model="numpy")(function)
    return fast


@compiled
def adx(
    high: Column,
    low: Column,
    close: Column,
    period: int,
    trend: Column,
    plus_di: Column,
    minus_di: Column,
) -> int:
    """`directional.ADX` over all bars, into the last three arguments."""
    plus_dm, minus_dm, true_range, dx_sum, average = 0.0, 0.0, 0.0, 0.0, 0.0
    keep, share, last_seed = 1.0 - 1.0 / period, 1.0 / period, 2 * period - 1
    for i in range(close.shape[0]):
        if not (0.0 <= high[i] - low[i] < np.inf and -np.inf < close[i] < np.inf):
            return i
        if i == 0:
            continue
        plus, minus, reach = _move(high[i], low[i], high[i - 1], low[i - 1], close[i - 1])
        kept = 1.0 if i < period else keep
        plus_dm = plus_dm * kept + plus
        minus_dm = minus_dm * kept + minus
        true_range = true_range * kept + reach
        if i >= period:
            plus_di[i], minus_di[i], dx = _indices(plus_dm, minus_dm, true_range, average)
            if i > last_seed:
                average = average + (dx - average) * share
            else:
                dx_sum = dx_sum + dx
                average = dx_sum / period if i == last_seed else 0.0
            trend[i] = average
    trend[:last_seed] = np.nan
    plus_di[:period] = np.nan
    minus_di[:period] = np.nan
    return -1


@compiled
def _move(
    high: float, low: float, last_high: float, last_low: float, last_close: float
) -> tuple[float, float, float]:
    """+DM, -DM and true range. Two selects, not `and`: a mispredicted branch costs 7 ns a bar."""
    up = high - last_high
    down = last_low - low
    plus = up if up > down else 0.0
    plus = plus if plus > 0.0 else 0.0
    minus = down if down > up else 0.0
    minus = minus if minus > 0.0 else 0.0
    top = high if high > last_close else last_close
    bottom = low if low < last_close else last_close
    return plus, minus, top - bottom


@compiled
def _indices(
    plus_dm: float, minus_dm: float, true_range: float, average: float
) -> tuple[float, float, float]:
    """+DI, -DI and DX; a market that stands still leaves the average where it is."""
    moves = true_range > STILL
    scale = 100.0 / true_range if moves else 0.0
    total = plus_dm + minus_dm
    dx = 100.0 * (abs(plus_dm - minus_dm) / total) if moves and total > 0.0 else average
    return plus_dm * scale, minus_dm * scale, dx


@compiled
def rsi(close: Column, period: int, out: Column) -> int:
    """`strength.RSI` over all bars, into `out`."""
    out[:period] = np.nan
    gain, loss, keep = 0.0, 0.0, 1.0 - 1.0 / period
    for i in range(close.shape[0]):
        if not -np.inf < close[i] < np.inf:
            return i
        change = close[i] - close[i - 1] if i else 0.0
        kept = 1.0 if i <= period else keep
        gain = gain * kept + (change if change > 0.0 else 0.0)
        loss = loss * kept + (-change if change < 0.0 else 0.0)
        total = gain + loss
        if i >= period:
            out[i] = 100.0 * (gain / total) if total > 0.0 else 0.0
    return -1


@compiled
def ema(close: Column, period: int, out: Column) -> int:
    """`average.EMA` over all bars, into `out`."""
    out[: period - 1] = np.nan
    seed_sum, average, share = 0.0, 0.0, 2.0 / (period + 1.0)
    for i in range(close.shape[0]):
        if not -np.inf < close[i] < np.inf:
            return i
        if i >= period:
            average = average + (close[i] - average) * share
            out[i] = average
            continue
        seed_sum = seed_sum + close[i]
        if i == period - 1:
            average = seed_sum / period
            out[i] = average
    return -1


@compiled
def together(  # noqa: PLR0915 - one pass: each line is one of `adx`, `rsi` or `ema`
    high: Column,
    low: Column,
    close: Column,
    period: int,
    strength: int,
    fast: int,
    slow: int,
    trend: Column,
    plus_di: Column,
    minus_di: Column,
    index: Column,
    fast_out: Column,
    slow_out: Column,
) -> int:
    """`adx`, `rsi` and `ema` twice in one pass: their chains of operations run side by side."""
    plus_dm, minus_dm, true_range, dx_sum, average = 0.0, 0.0, 0.0, 0.0, 0.0
    keep, share, last_seed = 1.0 - 1.0 / period, 1.0 / period, 2 * period - 1
    gain, loss, keep_index = 0.0, 0.0, 1.0 - 1.0 / strength
    fast_sum, fast_average, fast_share = 0.0, 0.0, 2.0 / (fast + 1.0)
    slow_sum, slow_average, slow_share = 0.0, 0.0, 2.0 / (slow + 1.0)
    for i in range(close.shape[0]):
        if not (0.0 <= high[i] - low[i] < np.inf and -np.inf < close[i] < np.inf):
            return i
        fast_sum, fast_average = _averaged(close[i], i, fast, fast_share, fast_sum, fast_average)
        slow_sum, slow_average = _averaged(close[i], i, slow, slow_share, slow_sum, slow_average)
        fast_out[i], slow_out[i] = fast_average, slow_average
        if i == 0:
            continue
        change, kept = close[i] - close[i - 1], 1.0 if i <= strength else keep_index
        gain = gain * kept + (change if change > 0.0 else 0.0)
        loss = loss * kept + (-change if change < 0.0 else 0.0)
        total = gain + loss
        index[i] = 100.0 * (gain / total) if total > 0.0 else 0.0
        plus, minus, reach = _move(high[i], low[i], high[i - 1], low[i - 1], close[i - 1])
        kept = 1.0 if i < period else keep
        plus_dm = plus_dm * kept + plus
        minus_dm = minus_dm * kept + minus
        true_range = true_range * kept + reach
        if i >= period:
            plus_di[i], minus_di[i], dx = _indices(plus_dm, minus_dm, true_range, average)
            if i > last_seed:
                average = average + (dx - average) * share
            else:
                dx_sum = dx_sum + dx
                average = dx_sum / period if i == last_seed else 0.0
            trend[i] = average
    trend[:last_seed], plus_di[:period], minus_di[:period] = np.nan, np.nan, np.nan
    index[:strength], fast_out[: fast - 1], slow_out[: slow - 1] = np.nan, np.nan, np.nan
    return -1


@compiled
def _averaged(
    price: float, i: int, period: int, share: float, seed_sum: float, average: float
) -> tuple[float, float]:
    """One step of an EMA: its seed's sum, and its value once there is one."""
    if i >= period:
        return seed_sum, average + (price - average) * share
    seed_sum = seed_sum + price
    return seed_sum, seed_sum / period if i == period - 1 else 0.0
