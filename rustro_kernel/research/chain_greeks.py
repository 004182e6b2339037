"""Implied volatility and Greeks of a chain, in the units traders read.

The mathematics is `domain.black76`, as for the attribution of a trade; these are the columns it
becomes. `vollib` gives the same numbers (tests hold the two against one another).
"""

import pandas as pd

from rustro_kernel.domain.black76 import greeks, implied_volatility
from rustro_kernel.domain.errors import BadData
from rustro_kernel.domain.instruments import Right

NEEDED = ("strike", "right", "premium")
NAMES = ("iv_pct", "delta", "gamma", "theta_day", "vega_point")


def chain_greeks(chain: pd.DataFrame, forward: float, years: float) -> pd.DataFrame:
    """The chain of one expiry at one moment, with five more columns.

    Args:
        chain: `strike` and `premium` in rupees, `right` CE or PE; other columns stay.
        forward: Of this expiry, in rupees.
        years: Calendar years to expiry, such as `Term.years`.

    Returns:
        The chain with `iv_pct` (percent a year on the calendar), `delta` and `gamma` (premium and
        delta by one rupee of the forward), `theta_day` (rupees a calendar day, negative for a
        holder), `vega_point` (rupees by one percentage point of volatility); NaN where no
        volatility gives the premium.

    Raises:
        BadData: If a column is missing or a right is neither CE nor PE.
    """
    lacking = [name for name in NEEDED if name not in chain]
    if lacking:
        raise BadData("chain", f"lacks {', '.join(lacking)}")
    if not set(chain.right.astype(str)) <= {"CE", "PE"}:
        raise BadData("chain", "column right holds something else than CE and PE")
    asked = zip(chain.strike, chain.right.astype(str), chain.premium, strict=True)
    rows = [_row(forward, years, float(k), Right(right), float(p)) for k, right, p in asked]
    return chain.join(pd.DataFrame(rows, index=chain.index, columns=list(NAMES), dtype=float))


def _row(
    forward: float, years: float, strike: float, right: Right, premium: float
) -> tuple[float, ...]:
    sigma = implied_volatility(premium, forward, strike, years, right)
    if sigma is None:
        return (float("nan"),) * len(NAMES)
    found = greeks(forward, strike, years, sigma, right)
    return (100 * sigma, found.delta, found.gamma, found.theta / 365, found.vega / 100)
