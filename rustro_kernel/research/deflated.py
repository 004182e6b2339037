"""Is a Sharpe ratio skill, or the best of many tries? Probabilities, from 0 to 1.

Sharpe ratios here are of one day, not annualised, and kurtosis is 3 for a normal distribution.

- PSR: D. H. Bailey and M. Lopez de Prado, The Sharpe Ratio Efficient Frontier, Journal of Risk
  15(2), 2012.
- DSR: the same, The Deflated Sharpe Ratio: Correcting for Selection Bias, Backtest Overfitting and
  Non-Normality, Journal of Portfolio Management 40(5), 2014.
"""

import math
from statistics import NormalDist

from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.research import ratios
from rustro_kernel.research.ratios import Floats

EULER = 0.5772156649015329
_NORMAL = NormalDist()


def probabilistic_sharpe(
    sharpe: float, days: int, skewness: float = 0.0, kurtosis: float = 3.0, benchmark: float = 0.0
) -> float:
    """The probability that the true Sharpe ratio is above a benchmark.

    PSR(SR*) = Phi[(SR - SR*) sqrt(n - 1) / sqrt(1 - g3 SR + (g4 - 1) / 4 SR^2)]

    Returns:
        NaN where the sample is too short (under 2 days) or has no variation.
    """
    spread = _spread(sharpe, skewness, kurtosis)
    if days < 2 or not spread > 0 or math.isnan(sharpe):
        return math.nan
    return _NORMAL.cdf((sharpe - benchmark) * math.sqrt(days - 1) / math.sqrt(spread))


def deflated_sharpe(
    sharpe: float,
    days: int,
    *,
    trials: float,
    variance: float,
    skewness: float = 0.0,
    kurtosis: float = 3.0,
) -> float:
    """The probability that the best of several tries is better than luck: PSR above their best.

    Args:
        sharpe: Of the chosen try, of one day.
        days: Of its returns.
        trials: All that were ever made.
        variance: Of the tries' daily Sharpe ratios.
        skewness: Of the chosen try's returns.
        kurtosis: Of the same, 3 for a normal distribution.
    """
    lucky = expected_best(trials, variance)
    return probabilistic_sharpe(sharpe, days, skewness, kurtosis, lucky)


def expected_best(trials: float, variance: float) -> float:
    """The Sharpe ratio that the best of several tries without any skill is expected to show.

    SR0 = sqrt(V) ((1 - g) Z[1 - 1/N] + g Z[1 - 1/(N e)]), g the Euler-Mascheroni constant; 0 for a
    single try, which was not chosen among any.

    Raises:
        BadUsage: If there is not even one try, or the variance is negative.
    """
    if not trials >= 1 or not variance >= 0:
        raise BadUsage(f"trials must be at least 1 and variance 0: {trials}, {variance}")
    if trials == 1:
        return 0.0
    near, far = (_NORMAL.inv_cdf(1 - 1 / n) for n in (trials, trials * math.e))
    return max(0.0, math.sqrt(variance) * ((1 - EULER) * near + EULER * far))


def skill(returns: Floats, *, trials: float = 1, variance: float = 0.0) -> float:
    """The same from daily returns: PSR above 0 of a single try, DSR of the best of several."""
    figures = (ratios.daily_sharpe, ratios.skewness, ratios.kurtosis)
    sharpe, skewness, kurtosis = (float(figure(returns)) for figure in figures)
    lucky = expected_best(trials, variance)
    return probabilistic_sharpe(sharpe, len(returns), skewness, kurtosis, lucky)


def _spread(sharpe: float, skewness: float, kurtosis: float) -> float:
    """The variance of an estimated Sharpe ratio, times n - 1."""
    return 1 - skewness * sharpe + (kurtosis - 1) / 4 * sharpe**2
