"""Implied volatility by strike and time to expiry, around the level of the India VIX."""

import numpy as np

from rustro_kernel.simulator.minute_bars import Floats

SKEW = -0.06
"""Change of volatility, relative, for a strike one standard deviation above the forward."""
CURVATURE = 0.02
SHORTEST_YEARS = 2 / 365
"""The smile stops getting steeper that close to expiry."""


def at_the_money(vix: Floats, years: Floats) -> Floats:
    """Volatility a year (0.15 is 15 %): below the VIX, and more so close to expiry."""
    atm: Floats = vix / 100 * (0.95 - 0.07 * np.exp(-years * 365 / 10))
    return atm


def deviations(forward: Floats, strike: float, years: Floats, atm: Floats) -> Floats:
    """How many standard deviations the strike lies above the forward."""
    width = atm * np.sqrt(np.maximum(years, SHORTEST_YEARS))
    away: Floats = np.log(strike / forward) / width
    return away


def smile(atm: Floats, away: Floats) -> Floats:
    """Volatility of a strike `away` standard deviations from the forward."""
    x = np.clip(away, -5.0, 5.0)
    sigma: Floats = atm * (1.0 + SKEW * x + CURVATURE * x * x)
    return sigma
