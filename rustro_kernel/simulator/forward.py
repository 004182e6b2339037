"""Futures and forwards above the index: the cost of carry until expiry."""

import datetime as dt

import numpy as np

from rustro_kernel.domain.market_time import DAY, at
from rustro_kernel.simulator.minute_bars import Floats, Ints

CARRY = 0.053
"""Interest less dividends, a year."""
YEAR_NS = 365 * DAY
EXPIRES_AT = "15:30"


def years_to(expiry: str, ts_ns: Ints, today_close_ns: int) -> Floats:
    """Calendar years from each moment to the end of a contract, never negative.

    A contract that ends today trades to today's close.
    """
    date = dt.date.fromisoformat(expiry)
    end_ns = at(date, EXPIRES_AT)
    if at(date, "00:00") <= today_close_ns < at(date, "00:00") + DAY:
        end_ns = today_close_ns
    years: Floats = np.maximum(end_ns - ts_ns, 0) / YEAR_NS
    return years


def forward(spot: Floats | Ints, years: Floats) -> Floats:
    """The fair forward in the unit of the spot."""
    fair: Floats = np.asarray(spot, dtype=np.float64) * np.exp(CARRY * years)
    return fair
