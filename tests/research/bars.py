"""Invented minutes of the index as a user would bring them: a DataFrame in rupees."""

import datetime as dt
from functools import cache

import numpy as np
import pandas as pd

from rustro_kernel.market_rules import MarketRules
from rustro_kernel.simulator.past import earlier_days, invented_past
from rustro_kernel.simulator.regimes import REGIMES

END = dt.date(2021, 12, 1)
"""The day after the last one."""


@cache
def _all(seed: int, regime: str) -> pd.DataFrame:
    days = list(earlier_days(MarketRules.load(None), END, "NIFTY"))[:60]
    past = invented_past(days, seed, REGIMES[regime], 1_700_000.0)
    ns = np.concatenate([day.bars.start_ns for day in past])
    prices = {
        name: np.concatenate([getattr(day.bars, name) for day in past]) / 100
        for name in ("open", "high", "low", "close")
    }
    return pd.DataFrame({"ts": pd.to_datetime(ns, utc=True), **prices})


def bars(days: int = 40, seed: int = 3, regime: str = "trend_up") -> pd.DataFrame:
    """The last so many trading days before END."""
    frame = _all(seed, regime)
    dates = frame["ts"].dt.tz_convert("Asia/Kolkata").dt.date
    wanted = sorted(set(dates))[-days:]
    found: pd.DataFrame = frame[dates >= wanted[0]].reset_index(drop=True)
    return found
