"""465 000 invented minutes: 1 240 ordinary trading days, in trends of all kinds."""

import datetime as dt

import numpy as np
import pandas as pd

from rustro_kernel.market_rules import MarketRules
from rustro_kernel.simulator.past import earlier_days, invented_past
from rustro_kernel.simulator.regimes import REGIMES

END = dt.date(2021, 12, 1)
DAYS, MINUTES_A_DAY = 1_240, 375
FIRST_PRICE = 1_700_000.0
KINDS = ("trend_up", "range", "trend_down", "trend_up", "vix_shock", "trend_down", "range")


def five_years():
    """As a user would bring them: a DataFrame in rupees."""
    calendar, end, blocks, found = MarketRules.load(None), END, [], 0
    while found < DAYS:
        days = list(earlier_days(calendar, end, "NIFTY"))
        end = days[-1][0]
        kept = [one for one in days if len(one[1].minutes) == MINUTES_A_DAY][: DAYS - found]
        blocks.append(kept)
        found += len(kept)
    made = []
    for seed, (days, kind) in enumerate(zip(blocks, KINDS, strict=True)):
        made = [*invented_past(days, seed, REGIMES[kind], FIRST_PRICE), *made]
    ns = np.concatenate([day.bars.start_ns for day in made])
    prices = {
        name: np.concatenate([getattr(day.bars, name) for day in made]) / 100
        for name in ("open", "high", "low", "close")
    }
    return pd.DataFrame({"ts": pd.to_datetime(ns, utc=True), **prices})
