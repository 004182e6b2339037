"""Implied volatility and Greeks of a chain, in the units traders read.

The mathematics is `pricing.greeks`, as for the attribution of a trade; these are the columns it
becomes. `vollib` gives the same numbers (tests hold the two against one another).
"""

import numpy as np
import pandas as pd

from rustro_kernel.domain.errors import BadData
from rustro_kernel.pricing.formula import Floats
from rustro_kernel.pricing.greeks import Greeks, greeks, implied_volatility

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
    strike, premium = (chain[name].to_numpy(float) for name in ("strike", "premium"))
    call = np.array(chain.right.astype(str) == "CE", dtype=float)
    is_one = strike > 0
    strike = np.where(is_one, strike, forward)
    sigma = implied_volatility(premium, forward, strike, years, call)
    sigma = np.where(is_one, sigma, np.nan)
    return chain.assign(
        **_columns(sigma, greeks(forward, strike, years, np.nan_to_num(sigma), call))
    )


def _columns(sigma: Floats, found: Greeks) -> dict[str, Floats]:
    columns = (100 * sigma, found.delta, found.gamma, found.theta / 365, found.vega / 100)
    known = [np.where(np.isnan(sigma), np.nan, column) for column in columns]
    return dict(zip(NAMES, known, strict=True))
