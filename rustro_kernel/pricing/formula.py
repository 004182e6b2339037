"""The premium of an index option from spot, strike, time and the India VIX: Black-76 on a smile.

Every function works on float64 arrays and, once `pricing.kernels` is imported, on scalars inside
numba's nopython code, and gives the same bits in both: only + - * /, sqrt, rint, ldexp, abs, min
and max in written order, none of which may differ between processors; exp and log are built from
them. Prices are in any one unit (we use paise), volatilities are parts of 1 a year (0.15 is 15 %).

The constants were fitted to real NIFTY options of 2022-11-18, January 2025 and January 2026, each
period with the same weight; tests/research/test_premium_error.py fits them again, and the package's
docstring says how far off the model is. Black-76 is F. Black, The Pricing of Commodity Contracts,
Journal of Financial Economics 3, 1976.

All of it is in one file because numba's disk cache only notices changes of the
file it compiled.
"""

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Number = Floats | float

RATE = 0.065
"""Interest, continuously compounded, a year."""
CARRY = 0.073
"""Of the forward over the index: interest less dividends, a year."""
NEAR = 0.866
"""At-the-money volatility as a part of the VIX, close to expiry ..."""
FAR = 0.155
"""... and how much more of the VIX it is far from it: half of this after LEVEL_DAYS."""
LEVEL_DAYS = 30.0
SKEW_NEAR, SKEW_FAR = -0.0135, -0.0698
"""Change of volatility, relative, for each standard deviation that the strike lies higher."""
CURVE_NEAR, CURVE_FAR = 0.0551, -0.0284
"""The same for each standard deviation squared, whichever side."""
SMILE_DAYS = 10.0
"""Half of the FAR part of skew and curvature has come after so many days."""
WIDEST = 3.5
"""Standard deviations beyond which the smile is flat: rising on, it would make strikes further out
dearer than nearer ones."""

_LEAST = 1e-9
_FARTHEST = 8.5  # standard deviations: 1e-17 of a premium lies beyond
_FACT = tuple(1.0 / math.factorial(n) for n in range(13))
_LOG2_E, _LN2_HIGH, _LN2_LOW = 1.4426950408889634, 0.693145751953125, 1.42860682030941723212e-6


def exp(x: Number) -> Floats:
    """e^x for -700 < x < 700, to 1e-15 of it."""
    halvings = np.rint(x * _LOG2_E)
    r = (x - halvings * _LN2_HIGH) - halvings * _LN2_LOW
    s = r * r
    q = s * s
    head = (1.0 + r) + s * (0.5 + r * _FACT[3])
    middle = (_FACT[4] + r * _FACT[5]) + s * (_FACT[6] + r * _FACT[7])
    tail = (_FACT[8] + r * _FACT[9]) + s * (_FACT[10] + r * _FACT[11]) + q * _FACT[12]
    p = head + q * (middle + q * tail)
    scaled: Floats = np.ldexp(p, np.int32(halvings))
    return scaled


def log(x: Number) -> Floats:
    """Natural logarithm for 0.25 <= x <= 4, to 4e-15; the ratio of a strike and a forward."""
    root = np.sqrt(np.sqrt(x))
    s = (root - 1.0) / (root + 1.0)
    q = s * s
    series = q * (1.0 / 13.0 + q * (1.0 / 15.0 + q * (1.0 / 17.0 + q * (1.0 / 19.0))))
    series = q * (1.0 / 5.0 + q * (1.0 / 7.0 + q * (1.0 / 9.0 + q * (1.0 / 11.0 + series))))
    return 8.0 * s * (1.0 + q * (1.0 / 3.0 + series))


def normal_cdf(x: Number) -> Floats:
    """Standard normal distribution, to 1e-15 (Hart's rational form, as West 2005 gives it)."""
    size = np.minimum(np.abs(x), _FARTHEST)
    top = 0.0352624965998911 * size + 0.700383064443688
    top = top * size + 6.37396220353165
    top = top * size + 33.912866078383
    top = top * size + 112.079291497871
    top = top * size + 221.213596169931
    top = top * size + 220.206867912376
    low = 0.0883883476483184 * size + 1.75566716318264
    low = low * size + 16.064177579207
    low = low * size + 86.7807322029461
    low = low * size + 296.564248779674
    low = low * size + 637.333633378831
    low = low * size + 793.826512519948
    low = low * size + 440.413735824752
    upper = exp(size * size * -0.5) * top / low
    return upper + (x > 0.0) * (1.0 - 2.0 * upper)


def forward(spot: Number, years: Number) -> Floats:
    """The fair forward, in the unit of the spot. `years` are calendar years to its end."""
    return spot * exp(CARRY * years)


def deviation(vix: Number, clock_years: Number) -> Floats:
    """Standard deviation of the logarithm of the price at expiry, at the money; `vix` in percent.

    `clock_years` is `Term.clock_years`: time that counts by how much prices move in it.
    """
    days = clock_years * 365.0
    level = NEAR + FAR * days / (days + LEVEL_DAYS)
    return vix / 100.0 * level * np.sqrt(clock_years)


def away(underlying: Number, strike: Number, deviation: Number) -> Floats:
    """How many standard deviations the strike lies above the forward, at most WIDEST."""
    far = log(strike / underlying) / np.maximum(deviation, _LEAST)
    return np.minimum(np.maximum(far, -WIDEST), WIDEST)


def smile(away: Floats, clock_years: Number) -> Floats:
    """A strike's volatility as a part of that at the money."""
    days = clock_years * 365.0
    part = days / (days + SMILE_DAYS)
    skew, curve = SKEW_NEAR + SKEW_FAR * part, CURVE_NEAR + CURVE_FAR * part
    relative: Floats = 1.0 + away * (skew + curve * away)
    return relative


def black76(
    underlying: Number, strike: Number, years: Number, width: Number, call: Number
) -> Floats:
    """Premium of a European option on a forward; `width` is volatility x sqrt(time), `call` 1 or 0.

    The out-of-the-money side is computed and the other one follows from put-call parity, so that
    parity is exact and no premium is below its discounted intrinsic value.
    """
    least = np.maximum(width, _LEAST)
    far, half = np.abs(log(strike / underlying)) / least, least * 0.5
    lower, upper = np.minimum(underlying, strike), np.maximum(underlying, strike)
    out = lower * normal_cdf(half - far) - upper * normal_cdf(-half - far)
    intrinsic = np.maximum((underlying - strike) * (2.0 * call - 1.0), 0.0)
    discounted: Floats = exp(-RATE * years) * (np.maximum(out, 0.0) + intrinsic)
    return discounted


def premium(
    spot: Number, strike: Number, years: Number, clock_years: Number, vix: Number, call: Number
) -> Floats:
    """The model: what an option is worth, in the unit of spot and strike.

    `years` and `clock_years` are those of `Term`, `vix` is in percent, `call` is 1 for a call and
    0 for a put.
    """
    underlying = forward(spot, years)
    at_the_money = deviation(vix, clock_years)
    relative = smile(away(underlying, strike, at_the_money), clock_years)
    return black76(underlying, strike, years, at_the_money * relative, call)


def on_tick(fair: Number, tick: Number) -> Floats:
    """A premium as it could be quoted: the nearest multiple of the tick, the higher of two.

    Never below one tick: the exchange has no lower price. In paise, with a tick of 5: 12.4 -> 10,
    12.5 -> 15, 0.2 -> 5.
    """
    return np.maximum(np.floor(fair / tick + 0.5), 1.0) * tick
