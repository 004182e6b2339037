"""Trades and days of a backtest, with dull defaults."""

import datetime as dt
from typing import Any

from rustro_kernel.domain.market_time import MINUTE, at
from rustro_kernel.engine.events.positions import PositionClosed
from tests.records.day import trade

MONDAY = dt.date(2021, 11, 29)
WEEK = tuple(MONDAY + dt.timedelta(days=n) for n in range(5))
BALANCE = 100_000_000  # paise: ten lakh rupees


def closed(
    day: int, net_rs: float, entry: str = "10:00", minutes: int = 10, **fields: Any
) -> PositionClosed:
    """A trade of one day of the week."""
    entry_ns = at(WEEK[day], entry)
    times = {"entry_ns": entry_ns, "exit_ns": entry_ns + minutes * MINUTE}
    return trade(round(net_rs * 100), **{**times, **fields})
