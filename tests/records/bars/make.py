"""Bars, days of them, and stores."""

import datetime as dt
import random
from typing import Any

from rustro_kernel.domain.bars import Bar
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.market_time import DAY, MINUTE, at
from rustro_kernel.records.bars.columns import Columns, of_bars

NIFTY, FUTURE = InstrumentKey("NSE:26000"), InstrumentKey("NFO:53001")
DATE = dt.date(2021, 11, 30)
OPEN = at(DATE, "09:15")
EVER = 2**62


def bar(minute: int = 0, close: int = 1_700_000, **fields: Any) -> Bar:
    """The bar of a minute after the open."""
    plain = {"open": close, "high": close + 50, "low": close - 50, "close": close, "volume": 75}
    return Bar(OPEN + minute * MINUTE, **{**plain, **fields})


def day_of_bars(date: dt.date = DATE, count: int = 375, seed: int = 1) -> list[Bar]:
    """A random day, minute by minute."""
    chance, close, made = random.Random(f"{date} {seed}"), 1_700_000, []
    start = at(date, "09:15")
    for minute in range(count):
        first, close = close, close + 5 * chance.randrange(-60, 61)
        high = max(first, close) + 5 * chance.randrange(40)
        low = min(first, close) - 5 * chance.randrange(40)
        volume = 50 * chance.randrange(4000)
        made.append(Bar(start + minute * MINUTE, first, high, low, close, volume))
    return made


def columns_of(*dates: dt.date, seed: int = 1) -> Columns:
    """Random days one after the other."""
    return of_bars(one for date in dates for one in day_of_bars(date, seed=seed))


def later(days: int) -> dt.date:
    """A date so many days after `DATE`."""
    return DATE + dt.timedelta(days)


def ns_later(days: int) -> int:
    """The open so many days after `OPEN`."""
    return OPEN + days * DAY
