"""How sure a figure is: intervals from resampled days.

The stationary bootstrap of D. N. Politis and J. P. Romano (Journal of the American Statistical
Association 89, 1994): blocks of following days, each as long as a coin decides, wrapped around at
the end. Blocks keep what days have to do with each other (a trend, a spell of high VIX), which
drawing single days would break. Percentile intervals; the same seed gives the same numbers.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray

from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.research.ratios import Floats, Ratio

DRAWS = 2000
LEVEL = 0.90


class Interval(msgspec.Struct, frozen=True):
    """A figure with the range that `level` of the resampled series fall into.

    NaN ends where fewer than half of them give the figure at all.
    """

    estimate: float
    low: float
    high: float
    level: float
    draws: int
    block_days: float

    def __str__(self) -> str:
        return f"{self.estimate:.2f} ({self.level:.0%}: {self.low:.2f} .. {self.high:.2f})"


def interval(
    returns: Floats,
    figure: Ratio,
    *,
    seed: int = 7,
    draws: int = DRAWS,
    block_days: float | None = None,
    level: float = LEVEL,
) -> Interval:
    """The interval of a figure of daily returns.

    Args:
        returns: One for each day.
        figure: A function of `ratios`, or any other that works on the last axis.
        seed: Of the draws.
        draws: How many series are made.
        block_days: Mean length of a block; the cube root of the number of days if not told.
        level: Part of the series inside, between 0 and 1.

    Raises:
        BadUsage: If a block is under a day, or level, draws or days cannot be.
    """
    days = len(returns)
    block = max(1.0, days ** (1 / 3)) if block_days is None else block_days
    if not (block >= 1 and 0 < level < 1 and draws >= 1 and days >= 1):
        raise BadUsage(
            f"a bootstrap needs days, draws and blocks of at least 1 and a level inside 0..1, "
            f"got {days} days, {draws} draws, blocks of {block:g}, level {level:g}"
        )
    rows = resampled(days, draws, block, np.random.default_rng(seed))
    low, high = _ends(figure(returns[rows]), level)
    return Interval(float(figure(returns)), low, high, level, draws, float(block))


def resampled(
    days: int, draws: int, block_days: float, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Numbers of days, a row a series: at each day a new block begins with chance 1/length."""
    begins = rng.random((draws, days)) < 1 / block_days
    begins[:, 0] = True
    firsts = rng.integers(0, days, (draws, days))
    at = np.arange(days)
    began = np.maximum.accumulate(np.where(begins, at, 0), axis=1)
    numbers: NDArray[np.int64] = (np.take_along_axis(firsts, began, axis=1) + at - began) % days
    return numbers


def _ends(figures: Floats, level: float) -> tuple[float, float]:
    real = figures[~np.isnan(figures)]
    if 2 * len(real) < len(figures):
        return float("nan"), float("nan")
    low, high = np.quantile(real, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
