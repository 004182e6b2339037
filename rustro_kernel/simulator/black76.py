"""Black-76 on arrays: European options on a forward."""

import numpy as np

from rustro_kernel.domain.instruments import Right
from rustro_kernel.simulator.minute_bars import Floats

RATE = 0.065
"""Continuously compounded, a year."""
_SMALLEST = 1e-9


def option_price(
    forward: Floats, strike: float, years: Floats, sigma: Floats, right: Right
) -> Floats:
    """Fair premium in the unit of the forward; intrinsic value at expiry.

    The out-of-the-money side is computed and the other one follows from put-call parity, so that
    parity is exact and no premium is below its discounted intrinsic value.
    """
    width = np.maximum(sigma * np.sqrt(np.maximum(years, 0.0)), _SMALLEST)
    d1 = np.log(forward / strike) / width + width / 2
    side = np.where(forward > strike, -1.0, 1.0)  # the call is out of the money where 1
    out = side * (forward * normal_cdf(side * d1) - strike * normal_cdf(side * (d1 - width)))
    wanted = 1.0 if right is Right.CE else -1.0
    intrinsic = np.maximum(wanted * (forward - strike), 0.0)
    price: Floats = np.exp(-RATE * years) * (np.maximum(out, 0.0) + intrinsic)
    return price


def normal_cdf(x: Floats) -> Floats:
    """Standard normal distribution, to 1e-7 (Abramowitz and Stegun 26.2.17)."""
    size = np.abs(x)
    t = 1.0 / (1.0 + 0.2316419 * size)
    poly = t * (
        0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429)))
    )
    upper = 0.3989422804014327 * np.exp(-0.5 * np.minimum(size, 38.0) ** 2) * poly
    cdf: Floats = np.where(x >= 0, 1.0 - upper, upper)
    return cdf
