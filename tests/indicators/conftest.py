"""A long random walk in paise ticks, made once."""

from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray


class Walk(NamedTuple):
    high: NDArray[np.float64]
    low: NDArray[np.float64]
    close: NDArray[np.float64]


@pytest.fixture(scope="session")
def walk() -> Walk:
    """20,000 bars near 25,000 rupees with gaps, flat bars and a standstill in the middle."""
    random = np.random.default_rng(8)
    steps = random.normal(0, 12, 20_000) * (random.random(20_000) > 0.2)
    steps[9_000:9_300] = 0.0
    close = np.round(25_000 + np.cumsum(steps), 2)
    reach = np.round(random.random((2, 20_000)) * 10, 2) * (steps != 0)
    return Walk(close + reach[0], close - reach[1], close)
