"""Black-76 for one option: premium, Greeks, and the volatility a premium implies.

F. Black, The Pricing of Commodity Contracts, Journal of Financial Economics 3 (1976). Plain floats
and the library's `exp`, `log` and `erf`, whose last bits differ between machines: for showing and
explaining, never for a decision.
"""

import math

import msgspec

from rustro_kernel.domain.instruments import Right

RATE = 0.065
"""Continuously compounded, a year."""
CARRY = 0.073
"""Of the forward over the index: interest less dividends, a year. Fitted, as pricing.formula is."""
_MOST = 5.0
_SMALLEST = 1e-9


class Greeks(msgspec.Struct, frozen=True):
    """One option at one moment, for one unit; money in the unit of the forward.

    Attributes:
        premium: Fair, discounted.
        delta: Change of the premium by one of the forward.
        gamma: Change of delta by one of the forward.
        theta: Change of the premium by a year of waiting, negative for a holder.
        vega: Change of the premium by a volatility of 1.00 (100 %) more.
    """

    premium: float
    delta: float
    gamma: float
    theta: float
    vega: float


def greeks(forward: float, strike: float, years: float, sigma: float, right: Right) -> Greeks:
    """Premium and Greeks; at expiry, or without volatility, what is left is the intrinsic value."""
    side = 1.0 if right is Right.CE else -1.0
    width = sigma * math.sqrt(max(years, 0.0))
    if width < _SMALLEST:
        return _worth_itself(forward, strike, years, side)
    discount = math.exp(-RATE * years)
    d1 = math.log(forward / strike) / width + width / 2
    premium = side * (forward * _cdf(side * d1) - strike * _cdf(side * (d1 - width)))
    density = math.exp(-d1 * d1 / 2) / math.sqrt(2 * math.pi)
    decay = RATE * premium - forward * density * sigma / (2 * math.sqrt(years))
    return Greeks(
        discount * premium,
        discount * side * _cdf(side * d1),
        discount * density / (forward * width),
        discount * decay,
        discount * forward * density * math.sqrt(years),
    )


def implied_volatility(
    premium: float, forward: float, strike: float, years: float, right: Right
) -> float | None:
    """The volatility at which Black-76 gives the premium, to 1e-10; None where none does."""

    def fair(sigma: float) -> float:
        return greeks(forward, strike, years, sigma, right).premium

    if years <= 0 or not fair(0.0) < premium < fair(_MOST):
        return None
    low, high = 0.0, _MOST
    while high - low > 1e-10:
        middle = (low + high) / 2
        low, high = (middle, high) if fair(middle) < premium else (low, middle)
    return (low + high) / 2


def forward_of(index: float, years: float) -> float:
    """The fair forward of an index without a future's price."""
    return index * math.exp(CARRY * years)


def _worth_itself(forward: float, strike: float, years: float, side: float) -> Greeks:
    discount = math.exp(-RATE * max(years, 0.0))
    gain = side * (forward - strike)
    delta = side * discount if gain > 0 else 0.0
    return Greeks(discount * max(gain, 0.0), delta, 0.0, RATE * discount * max(gain, 0.0), 0.0)


def _cdf(x: float) -> float:
    return math.erfc(-x / math.sqrt(2)) / 2
