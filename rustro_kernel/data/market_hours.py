"""When an instrument trades on any date, as bars: what a complete day must hold."""

import datetime as dt
from dataclasses import dataclass
from functools import cache

import numpy as np

from rustro_kernel.bar_files.arrays import Ints
from rustro_kernel.domain.bars import SPAN_NS, Timeframe
from rustro_kernel.domain.errors import NotATradingDay, OutsideRules, UnverifiedRule
from rustro_kernel.domain.market_time import DAY, IST_OFFSET, MINUTE
from rustro_kernel.domain.past_day import past_hours
from rustro_kernel.domain.rules import DayRules, Leg
from rustro_kernel.market_rules import MarketRules


@dataclass(frozen=True)
class OpenDay:
    """One trading day of one sort of instrument, as history knows it."""

    rules: DayRules
    legs: tuple[Leg, ...]  # continuous trading; halts cut out, an extended close moved
    auction: tuple[Leg, ...]  # the cash market's closing auction: bars that are never a signal

    @property
    def traded_until_ns(self) -> int:
        """The close of derivatives: a bar whose span reaches past it is a stub."""
        return past_hours(self.rules).derivative[-1].close_ns

    @property
    def is_special(self) -> bool:
        """Muhurat, a budget weekend, a drill."""
        return self.rules.kind.value != "ordinary"

    @property
    def why_special(self) -> str:
        """What is unusual about it; empty on an ordinary day."""
        halts = "; ".join(halt.reason for halt in self.rules.interruptions)
        return self.rules.name or halts

    def starts(self, timeframe: Timeframe) -> Ints:
        """The starts of every bar of the day, oldest first."""
        return _starts(self.legs, timeframe, self.legs[0].open_ns)

    def auction_starts(self, timeframe: Timeframe) -> Ints:
        """The starts of the bars that may be there besides."""
        return _starts(self.auction, timeframe, self.legs[0].open_ns)


class MarketHours:
    """The days of an index, or of derivatives."""

    def __init__(self, rules: MarketRules, *, is_index: bool = True) -> None:
        self.rules, self._is_index = rules, is_index
        self.day = cache(self._day)

    def _day(self, date: dt.date) -> OpenDay | str:
        """The day; or the rule that keeps it out, by its name in `domain.quality`."""
        try:
            rules = self.rules.day(date)
        except NotATradingDay:
            return "no_trading_day"
        except (OutsideRules, UnverifiedRule):
            return "unknown_day"
        traded = past_hours(rules)
        if not self._is_index:
            return OpenDay(rules, traded.derivative, ())
        auction = (rules.index_auction,) if rules.index_auction else ()
        return OpenDay(rules, traded.index, auction)


def _starts(legs: tuple[Leg, ...], timeframe: Timeframe, anchor_ns: int) -> Ints:
    minutes = [np.arange(leg.open_ns, leg.close_ns, MINUTE, dtype=np.int64) for leg in legs]
    found = np.concatenate([np.empty(0, np.int64), *minutes])
    if timeframe is Timeframe.M1:
        return found
    if timeframe is Timeframe.D1:
        return np.unique(found - (found + IST_OFFSET) % DAY)
    return np.unique(found - (found - anchor_ns) % SPAN_NS[timeframe])
