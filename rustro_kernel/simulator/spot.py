"""The index as traders feel it, every second: where the feed shows it, and where it does not.

Derivatives trade on while the index feed has a hole or stands still in the closing auction. What
the index does there is invented, and meets the next value the feed shows.
"""

import numpy as np

from rustro_kernel.simulator.minute_bars import Floats, Ints

SECONDS_A_YEAR = 252 * 22_500


def felt_spot(
    seconds: Ints,
    known_ns: Ints,
    known: Ints,
    volatility: float,
    rng: np.random.Generator,
) -> Floats:
    """The index in paise at each second.

    Args:
        seconds: ns since the epoch, ascending.
        known_ns: The seconds whose value is known; a subset of `seconds`, at least one.
        known: The values, in paise.
        volatility: A year, 0.15 is 15 %; how far the invented part wanders.
        rng: Its randomness.
    """
    at = np.searchsorted(seconds, known_ns)
    x = np.arange(len(seconds))
    step = known[0] * volatility / SECONDS_A_YEAR**0.5
    walk = np.cumsum(rng.standard_normal(len(seconds)) * step)
    spot: Floats = np.interp(x, at, known) + walk - np.interp(x, at, walk[at])
    return spot
