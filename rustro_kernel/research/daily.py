"""The trading days of a backtest: what each earned, and on how much money."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.domain.market_time import ist_date
from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.research.ratios import Floats

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Daily:
    """One row a trading day, days without a trade included.

    Attributes:
        dates: In order, none twice.
        trades: Closed on the day.
        net_paise: Of those.
        balance_paise: Before the first day.
    """

    dates: tuple[dt.date, ...]
    trades: Ints
    net_paise: Ints
    balance_paise: int

    @property
    def equity_paise(self) -> Ints:
        """After each day."""
        return self.balance_paise + np.cumsum(self.net_paise)

    @property
    def returns(self) -> Floats:
        """Net over the equity before the day, as a part of one; 0 once no money is left."""
        before = self.equity_paise - self.net_paise
        parts = np.zeros(len(before))
        np.divide(self.net_paise, before, out=parts, where=before > 0)
        return parts


def daily(trades: Iterable[PositionClosed], dates: Sequence[dt.date], balance_paise: int) -> Daily:
    """What each day earned.

    Raises:
        BadUsage: If dates are not in order, or a trade was closed on none of them.
    """
    if any(later <= earlier for earlier, later in pairwise(dates)):
        raise BadUsage("the days of a backtest must be in order, each once")
    nets: Counter[dt.date] = Counter()
    counts: Counter[dt.date] = Counter()
    for trade in trades:
        nets[ist_date(trade.exit_ns)] += trade.net_paise
        counts[ist_date(trade.exit_ns)] += 1
    if strange := sorted(counts.keys() - set(dates)):
        raise BadUsage(f"a trade was closed on {strange[0]}, which is none of the days")
    closed, earned = (np.array([c[d] for d in dates], np.int64) for c in (counts, nets))
    return Daily(tuple(dates), closed, earned, balance_paise)
