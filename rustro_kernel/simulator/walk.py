"""Random courses of a day, and the minute bars of a course."""

import numpy as np

from rustro_kernel.simulator.bridge import STEP
from rustro_kernel.simulator.minute_bars import Floats, Ints, MinuteBars

STEPS = 12
"""Prices in a minute."""
DAYS_A_YEAR = 252
BUSY = (1.45, 0.95, 0.85, 0.85, 0.95, 1.1, 1.2)
"""Volatility by part of the day, busiest at the open."""


def course(
    minutes: int, drift: float, pull: float, volatility: float, rng: np.random.Generator
) -> Floats:
    """A day's prices relative to its open, `STEPS` a minute.

    Args:
        minutes: Length of the day.
        drift: Log return from open to close, before randomness.
        pull: How much of the random net move is taken back by the close, 0..1.
        volatility: Of a whole day, as a year's (0.15 is 15 %).
        rng: The randomness.
    """
    n = minutes * STEPS
    ramp = np.linspace(0.0, 1.0, n)
    busy = np.interp(ramp, np.linspace(0.0, 1.0, len(BUSY)), BUSY)
    step = volatility / (DAYS_A_YEAR * n) ** 0.5
    walk = np.cumsum(rng.standard_normal(n) * busy * step)
    path = walk + ramp * (drift - pull * walk[-1])
    relative: Floats = np.exp(path - path[0])
    return relative


def minute_bars(minutes: Ints, prices: Floats) -> MinuteBars:
    """The bars of prices in paise, `STEPS` a minute, on the index's step of 5 paise."""
    rows = (np.rint(prices / STEP) * STEP).astype(np.int64).reshape(len(minutes), STEPS)
    return MinuteBars(minutes, rows[:, 0], rows.max(axis=1), rows.min(axis=1), rows[:, -1])
