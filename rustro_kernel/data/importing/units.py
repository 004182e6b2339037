"""Rupees or paise: told by the columns' names, by the index's level, or by the user."""

import numpy as np

from rustro_kernel.bar_files.arrays import Floats, Ints, Mask
from rustro_kernel.bar_files.raw import RawBars
from rustro_kernel.data.importing.target import Target
from rustro_kernel.domain.errors import BadData

RUPEES, PAISE = "rupees", "paise"
UNITS = (RUPEES, PAISE)
PAISE_IN = {RUPEES: 100, PAISE: 1}
EXACT = 1e-4
"""A price this near to a paisa is that paisa: what binary fractions leave over is far smaller."""


def unit_of(bars: RawBars, target: Target, said: str | None) -> str:
    """The unit of the prices.

    Raises:
        BadData: If it is in doubt.
    """
    named = PAISE if bars.columns.says_paise else None
    if said or named:
        return said or named or RUPEES
    closes = bars.ohlc[:, 3][np.isfinite(bars.ohlc[:, 3])]
    median = float(np.median(closes)) if len(closes) else 0.0
    if target.plausible is not None:
        return _by_level(bars.source.name, target, median)
    if len(closes) > 1 and not (closes % TYPICAL_PAISE_STEP).any() and not (closes % 1).any():
        raise BadData(
            bars.source.name,
            f"every close is a whole multiple of {TYPICAL_PAISE_STEP} (median {median:g}), as "
            "paise are; say --units rupees or --units paise",
        )
    return RUPEES


TYPICAL_PAISE_STEP = 5


def _by_level(name: str, target: Target, median: float) -> str:
    assert target.plausible is not None
    low, high = target.plausible
    fitting = [unit for unit in UNITS if low <= median * PAISE_IN[unit] / 100 <= high]
    if fitting == [RUPEES]:
        return RUPEES
    level = f"the median close is {median:g}, and {target.name} stands between {low} and {high}"
    if fitting == [PAISE]:
        raise BadData(name, f"{level} rupees; if these are paise say --units paise")
    raise BadData(name, f"{level} rupees; if the file is right say --units rupees or paise")


def to_paise(ohlc: Floats, unit: str) -> tuple[Ints, Mask]:
    """Prices as whole paise, and the rows in which one had to be rounded."""
    exact = np.nan_to_num(ohlc * PAISE_IN[unit], nan=0.0, posinf=0.0, neginf=0.0)
    whole = np.rint(exact)
    rounded = np.asarray((np.abs(exact - whole) > EXACT).any(axis=1))
    return whole.astype(np.int64), rounded
