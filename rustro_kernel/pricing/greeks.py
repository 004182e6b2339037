"""Sensitivities of one option by Black-76, and the volatility a premium implies.

The premium is `formula.black76` (F. Black, The Pricing of Commodity Contracts, Journal of Financial
Economics 3, 1976). For showing and explaining, never for a decision. Scalars or float64 arrays.
"""

import math

import msgspec
import numpy as np

from rustro_kernel.pricing.formula import RATE, Floats, Number, black76, exp, log, normal_cdf

_MOST = 5.0
_HALVINGS = 36
"""Of _MOST, down to 1e-10."""
_LEAST = 1e-9
_FARTHEST = 37.0  # standard deviations: the density beyond is below 1e-297


class Greeks(msgspec.Struct, frozen=True):
    """Of one unit; money in the unit of the forward.

    Attributes:
        premium: Fair, discounted.
        delta: Change of the premium by one of the forward.
        gamma: Change of delta by one of the forward.
        theta: Change of the premium by a year of waiting, negative for a holder.
        vega: Change of the premium by a volatility of 1.00 (100 %) more.
    """

    premium: Floats
    delta: Floats
    gamma: Floats
    theta: Floats
    vega: Floats


def greeks(forward: Number, strike: Number, years: Number, sigma: Number, call: Number) -> Greeks:
    """Premium and Greeks; `call` is 1 for a call and 0 for a put.

    At expiry, or without volatility, what is left is the intrinsic value.
    """
    left, side = np.maximum(years, 0.0), 2.0 * call - 1.0
    root = np.sqrt(left)
    width = np.maximum(sigma * root, _LEAST)
    d1 = np.clip(log(strike / forward) / -width + width / 2, -_FARTHEST, _FARTHEST)
    density = exp(d1 * d1 * -0.5) / math.sqrt(2 * math.pi) * (width > _LEAST)
    discount, premium = exp(-RATE * left), black76(forward, strike, left, width, call)
    decay = forward * density * sigma / (2 * np.maximum(root, _LEAST))
    return Greeks(
        premium,
        discount * side * normal_cdf(side * d1),
        discount * density / (forward * width),
        RATE * premium - discount * decay,
        discount * forward * density * root,
    )


def implied_volatility(
    premium: Number, forward: Number, strike: Number, years: Number, call: Number
) -> Floats:
    """The volatility at which Black-76 gives the premium, to 1e-10; NaN where none does."""
    root = np.sqrt(np.maximum(years, 0.0))

    def fair(sigma: Number) -> Floats:
        return black76(forward, strike, years, sigma * root, call)

    low, high = 0.0 * fair(0.0), 0.0 * fair(0.0) + _MOST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        is_dearer = fair(middle) < premium
        low, high = np.where(is_dearer, middle, low), np.where(is_dearer, high, middle)
    has_one = (years > 0.0) & (fair(0.0) < premium) & (premium < fair(_MOST))
    found: Floats = np.where(has_one, (low + high) / 2, np.nan)
    return found
