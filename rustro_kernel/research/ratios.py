"""Ratios of a series of returns: one definition each, with its source.

A return is a part of the equity at the period's start (0.01 is 1 %), one for each trading day, days
without a trade included as 0. Every function works on the last axis, so that a matrix of resampled
series gives an array of figures. What cannot be divided is NaN, never infinite: a ratio over no
variation says nothing. No risk-free rate is deducted: what an intraday account earns overnight is
not the strategy's doing.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ratio = Callable[[Floats], Floats]

DAYS_A_YEAR = 252
"""Trading days by convention, so that figures compare with anybody's; NSE has 245 to 250."""
_ROOT = math.sqrt(DAYS_A_YEAR)


def annual_return(returns: Floats) -> Floats:
    """The constant yearly growth that gives the same end (CAGR), as a part of one.

    -1 where nothing, or less, is left.
    """
    days = returns.shape[-1]
    if days == 0:
        return _nan(returns)
    left = np.maximum(np.prod(1.0 + returns, axis=-1), 0.0)
    growth: Floats = left ** (DAYS_A_YEAR / days) - 1.0
    return growth


def annual_volatility(returns: Floats) -> Floats:
    """The sample standard deviation (n - 1) of a day, times the root of a year's days."""
    return _deviation(returns) * _ROOT


def sharpe(returns: Floats) -> Floats:
    """Mean over sample standard deviation, annualised by the root of a year's days.

    W. F. Sharpe, The Sharpe Ratio, Journal of Portfolio Management 21 (1994).
    """
    return daily_sharpe(returns) * _ROOT


def daily_sharpe(returns: Floats) -> Floats:
    """The same of one day: what probabilities are computed from."""
    if returns.shape[-1] < 2:
        return _nan(returns)
    return _over(returns.mean(axis=-1), _deviation(returns))


def sortino(returns: Floats) -> Floats:
    """Yearly mean over the yearly downside deviation: root of the mean square of losses.

    All days are divided by, not only the losing ones. F. A. Sortino and L. N. Price, Performance
    Measurement in a Downside Risk Framework, Journal of Investing 3 (1994).
    """
    if returns.shape[-1] < 2:
        return _nan(returns)
    downside = np.sqrt(np.mean(np.minimum(returns, 0.0) ** 2, axis=-1))
    return _over(returns.mean(axis=-1), downside) * _ROOT


def calmar(returns: Floats) -> Floats:
    """Yearly growth over the deepest drawdown, of the whole series.

    T. W. Young, Calmar Ratio: A Smoother Tool, Futures 20 (1991), which takes the last three years.
    """
    return _over(annual_return(returns), max_drawdown(returns))


def max_drawdown(returns: Floats) -> Floats:
    """The deepest fall below the highest equity before, the start included: 0.2 is 20 %."""
    deepest: Floats = drawdowns(returns).max(axis=-1, initial=0.0)
    return deepest


def drawdowns(returns: Floats) -> Floats:
    """After each day, how far equity is below its highest so far, as a part of that."""
    equity = np.cumprod(1.0 + returns, axis=-1)
    highest = np.maximum(np.maximum.accumulate(equity, axis=-1), 1.0)
    fall: Floats = 1.0 - equity / highest
    return fall


def total_return(returns: Floats) -> Floats:
    """The whole growth, as a part of one."""
    growth: Floats = np.prod(1.0 + returns, axis=-1) - 1.0
    return growth


def skewness(returns: Floats) -> Floats:
    """Third standardised moment of the sample as it is (n); 0 for a symmetric one."""
    return _moment(returns, 3)


def kurtosis(returns: Floats) -> Floats:
    """Fourth standardised moment of the sample as it is (n); 3, not 0, for a normal one."""
    return _moment(returns, 4)


def _moment(returns: Floats, power: int) -> Floats:
    if returns.shape[-1] == 0:
        return _nan(returns)
    away = returns - returns.mean(axis=-1, keepdims=True)
    spread = _deviation(returns, ddof=0)
    return _over(np.mean(away**power, axis=-1), spread**power)


def _deviation(returns: Floats, ddof: int = 1) -> Floats:
    """Exactly 0 where all returns are the same: a rounding error is no variation."""
    if returns.shape[-1] <= ddof:
        return _nan(returns)
    spread = returns.std(axis=-1, ddof=ddof)
    varies = returns.max(axis=-1) > returns.min(axis=-1)
    exact: Floats = np.where(varies, spread, 0.0)
    return exact


def _over(upper: Floats, lower: Floats) -> Floats:
    result = np.full(np.shape(upper), np.nan)
    np.divide(upper, lower, out=result, where=np.asarray(lower) > 0)
    return result


def _nan(returns: Floats) -> Floats:
    return np.full(returns.shape[:-1], np.nan)
