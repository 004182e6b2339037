"""Minutes that nobody traded, to try things on: the past of the market generator as a table."""

import datetime as dt
from itertools import islice

import numpy as np
import pandas as pd

from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.market_rules import MarketRules
from rustro_kernel.simulator.past import DAYS, earlier_days, invented_past
from rustro_kernel.simulator.regimes import REGIMES

CLOSE_PAISE = 1_700_000.0


def invented_bars(
    until: str | dt.date = "2021-12-01",
    days: int = DAYS,
    *,
    seed: int = 7,
    regime: str = "range",
    underlying: str = "NIFTY",
) -> pd.DataFrame:
    """1m bars of the trading days before a date: `ts` in India, open, high, low, close in rupees.

    A random walk within each day and between days; of a trending regime the last 45 days drift.

    Raises:
        BadUsage: If there is no such regime, or more days are asked for than the generator has.
    """
    if regime not in REGIMES:
        raise BadUsage(f"a regime is one of {', '.join(sorted(REGIMES))}, got {regime!r}")
    if not 1 <= days <= DAYS:
        raise BadUsage(f"1 to {DAYS} days can be invented, got {days}")
    end = until if isinstance(until, dt.date) else dt.date.fromisoformat(until)
    found = list(islice(earlier_days(MarketRules.load(None), end, underlying), days))
    past = [day.bars for day in invented_past(found, seed, REGIMES[regime], CLOSE_PAISE)]
    prices = {
        name: np.concatenate([getattr(bars, name) for bars in past]) / 100
        for name in ("open", "high", "low", "close")
    }
    ns = pd.Series(np.concatenate([bars.start_ns for bars in past]))
    stamps = pd.to_datetime(ns, utc=True).dt.tz_convert("Asia/Kolkata")
    return pd.DataFrame({"ts": stamps, **prices})
