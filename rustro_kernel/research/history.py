"""The bars a backtest plays: loaded once, checked, and cut into trading days with their windows.

A day sees what a simulated day of the same file sees: the same bars before it, the same invented
volume of the future, the same course of the VIX (both follow from the seed and the date).
"""

import datetime as dt
from collections.abc import Sequence
from copy import copy
from functools import cached_property
from pathlib import Path

import pandas as pd

from rustro_kernel.config import Config
from rustro_kernel.domain.bars import Bar, Series
from rustro_kernel.domain.errors import BadData, BadUsage, RustroError
from rustro_kernel.domain.instruments import InstrumentKey, instrument_key
from rustro_kernel.domain.rules import DayRules
from rustro_kernel.market_rules import MarketRules
from rustro_kernel.pricing.term import Term
from rustro_kernel.research.bar_source import bar_file, vix_file
from rustro_kernel.research.course import course
from rustro_kernel.research.days_between import days_between
from rustro_kernel.research.history_day import HistoryDay, Skipped
from rustro_kernel.research.listed import Listed
from rustro_kernel.research.option_bars import OptionBars
from rustro_kernel.research.past_bars import FRAMES, PastBars, minutes_frame
from rustro_kernel.simulator.bar_file import BarFile
from rustro_kernel.simulator.chain import near_future
from rustro_kernel.simulator.day_hours import DayHours
from rustro_kernel.simulator.past import DAYS
from rustro_kernel.simulator.scene import PastDay
from rustro_kernel.simulator.vix_file import VixFile

SYNTHETIC = (
    "four moments of each 1m bar instead of ticks",
    "option premiums from a model",
    "future volume",
)
WITH_BARS = (SYNTHETIC[0], "option premiums from a model where no bar has them", SYNTHETIC[2])
FROM_FILE, REALISED = "VIX bridged from its daily values", "VIX from realised volatility"
BARS_BEFORE = 500
QUARTERS_BEFORE = 200


class History:
    """Trading days of one underlying, oldest first; prices in paise.

    Made by `load`; handing it to several backtests loads the file once.

    Args:
        bars: Minutes of one underlying, read from a file or a DataFrame.
        underlying: Its name, such as NIFTY.
        seed: Of everything that bars of an index do not hold.
        anchor: `bars.anchor`: where hours begin.
        rules: The dated rules of the market.
        vix: A file of daily VIX; None: from the volatility of the bars.
        option_bars: Minutes of real options; None: all premiums are the model's.

    Raises:
        BadData: If no bar lies in the hours of a trading day.
    """

    def __init__(
        self,
        bars: BarFile,
        underlying: str,
        seed: int,
        anchor: str,
        rules: MarketRules,
        vix: Path | None,
        option_bars: OptionBars | None = None,
    ) -> None:
        self.underlying, self.seed, self.anchor = underlying, seed, anchor
        self.option_bars = option_bars
        self.identity = bars.identity + (f" {option_bars.identity}" if option_bars else "")
        self.name = bars.path.name
        self.listed = Listed()
        self.skipped: list[Skipped] = []
        self._rules: list[DayRules] = []
        self._past: list[PastDay] = []
        self._calendar, self._known = rules, dict[dt.date, bool]()
        self._courses: dict[int, HistoryDay] = {}
        self._vix = VixFile.read(vix) if vix else None
        for date in bars.days:
            self._add(bars, date, rules)
        if not self._past:
            raise BadData(self.name, "has no bars inside the trading hours of any trading day")
        self._bars = PastBars(self._past, seed, anchor)

    @classmethod
    def load(cls, data: object, cfg: Config | None = None, option_bars: object = None) -> "History":
        """Read bars for backtests under a configuration; a History is handed back as it is.

        Args:
            data: A path of 1m bars (Parquet, CSV), a DataFrame with ts (with its zone), open,
                high, low, close in rupees, or a History.
            cfg: Underlying, seed, anchor of hours, VIX file and rules are taken from it.
            option_bars: Real 1m bars of options, as `research.option_bars` describes them: a path,
                a DataFrame, or loaded OptionBars. Where they have nothing the model prices.

        Raises:
            BadData: If it cannot be used, in one sentence.
            BadUsage: If a loaded History is for another configuration or other option bars.
        """
        cfg = cfg or Config.load()
        if isinstance(data, cls):
            data._refuse_other(cfg)
            if option_bars is not None:
                raise BadUsage("a loaded History has its option bars; load it again with others")
            return data
        bars = bar_file(data)
        calendar = MarketRules.load(cfg.rules.override)
        return cls(
            bars,
            underlying(cfg),
            cfg.sim.seed,
            cfg.bars.anchor,
            calendar,
            vix_file(cfg, bars.path),
            OptionBars.load(option_bars) if option_bars is not None else None,
        )

    def __getstate__(self) -> dict[str, object]:
        """What another process cannot work out anew from the rest."""
        return {**self.__dict__, "_courses": {}}

    def __len__(self) -> int:
        return len(self._past)

    @property
    def dates(self) -> tuple[dt.date, ...]:
        """Every trading day, oldest first."""
        return tuple(day.date for day in self._past)

    @cached_property
    def fingerprints(self) -> dict[dt.date, int]:
        """The sum of each trading day's 1m closes in paise, by date: which market it is."""
        return {day.date: int(day.bars.close.sum()) for day in self._past}

    @property
    def synthetic(self) -> tuple[str, ...]:
        """Which parts are invented, in words."""
        words = WITH_BARS if self.option_bars else SYNTHETIC
        return (*words, FROM_FILE if self._vix else REALISED)

    def between(self, first: dt.date | None, last: dt.date | None) -> Sequence[int]:
        """The numbers of the days to play: those of these dates that have days enough before.

        Args:
            first: The first date; None: the first day that has enough before it.
            last: The last date, itself played; None: the last day there is.

        Raises:
            BadUsage: If the dates are in the wrong order or the file has no trading day there.
            BadData: If the first date asked for has too few days before it.
        """
        return days_between(self.name, self.dates, first, last)

    @property
    def span(self) -> str:
        """First and last trading day, in words."""
        return f"{self.dates[0]}..{self.dates[-1]}"

    def day(self, number: int) -> HistoryDay:
        """A day by its number."""
        if number not in self._courses:
            self._courses[number] = self.made(number)
        return self._courses[number]

    def windows(self, number: int, warmup: int = BARS_BEFORE) -> tuple[Series, ...]:
        """The bars before a day, as a session of that day is told them.

        Of the index's 1h and 5m at most twice as many as the windows hold.

        Args:
            number: Of the day, from 0 on.
            warmup: Bars a window holds, for each timeframe.
        """
        rules = self._rules[number]
        contract = rules.contracts[0]
        index = instrument_key(contract.cash_exchange, contract.index_token)
        future = near_future(contract).key
        keys: tuple[InstrumentKey, ...] = (index, index, index, future, future)
        most = min(2 * warmup, BARS_BEFORE)
        wanted = (DAYS, most, most, BARS_BEFORE, QUARTERS_BEFORE)
        return tuple(
            Series(key, frame, self._bars.before(number, at, most))
            for at, (key, (_, frame), most) in enumerate(zip(keys, FRAMES, wanted, strict=True))
        )

    def until(self, number: int, end_ns: int, days: int) -> "History":
        """What was known at a moment of a day: that day's minutes up to it, and days before it.

        Made anew from the minutes, the day last; at most so many days come before it.

        Args:
            number: Of the day, from 0 on.
            end_ns: The moment; a minute that ends later is not known.
            days: The most days before it.
        """
        first = max(0, number - days)
        cut = copy(self)
        last = self._past[number]
        left = last.bars.where(last.bars.start_ns < end_ns)
        cut._past = [*self._past[first:number], PastDay(last.date, last.hours, left)]
        cut._rules = self._rules[first : number + 1]
        cut._courses, cut.listed = {}, Listed()
        cut.__dict__.pop("fingerprints", None)
        cut._bars = PastBars(cut._past, self.seed, self.anchor)
        return cut

    def frame(self) -> pd.DataFrame:
        """Every minute inside the hours: `ts` in India, open, high, low, close in rupees."""
        return minutes_frame(self._past)

    def rules(self, number: int) -> DayRules:
        """The market's facts of a day.

        Args:
            number: Of the day, from 0 on.
        """
        return self._rules[number]

    def longer(self, frame: int) -> tuple[list[Bar], list[int]]:
        """All longer bars of one of `past_bars.FRAMES`; where each day's begin, and the end.

        Args:
            frame: Its place in `past_bars.FRAMES`.
        """
        return self._bars.all(frame)

    def term(self, day: HistoryDay, expiry: str) -> Term:
        """What a day leaves of a contract's life.

        Args:
            day: The day it is held on.
            expiry: Of the contract, YYYY-MM-DD.
        """
        legs = day.hours.derivative
        return Term.of(expiry, day.date, (legs[0].open_ns, legs[-1].close_ns), self._trades)

    def _trades(self, date: dt.date) -> bool:
        """Whether a date is a trading day."""
        if date not in self._known:
            before = self._calendar.previous_trading_day(date + dt.timedelta(1))
            self._known[date] = before == date
        return self._known[date]

    def _add(self, bars: BarFile, date: dt.date, calendar: MarketRules) -> None:
        try:
            rules = calendar.day(date, (self.underlying,))
        except RustroError as exc:
            self.skipped.append(Skipped(date, str(exc)))
            return
        hours = DayHours.of(rules)
        inside = bars.day(date).within(hours.index)
        if not len(inside):
            self.skipped.append(Skipped(date, "has no bars inside its trading hours"))
            return
        self._rules.append(rules)
        self._past.append(PastDay(date, hours, inside))

    def made(self, number: int) -> HistoryDay:
        """The same, made anew and not kept.

        Args:
            number: Of the day, from 0 on.
        """
        day, rules, before = self._past[number], self._rules[number], self._past[:number]
        close = int(before[-1].bars.close[-1]) if before else int(day.bars.open[0])
        stored = self._vix.day(day.date) if self._vix else None
        made = course(day, before, stored, close, self.seed)
        return HistoryDay(number, day.date, rules, day.hours, close, made)

    def _refuse_other(self, cfg: Config) -> None:
        mine = (self.underlying, self.seed, self.anchor)
        if mine != (underlying(cfg), cfg.sim.seed, cfg.bars.anchor):
            raise BadUsage(
                f"this history was loaded for {', '.join(map(str, mine))} (underlying, seed, "
                "anchor of hours); load it again under the new configuration"
            )


def underlying(cfg: Config) -> str:
    """The one underlying a backtest plays.

    Raises:
        BadUsage: If there are several.
    """
    if len(cfg.market.underlyings) > 1:
        raise BadUsage("market.underlyings: a backtest plays one underlying")
    return cfg.market.underlyings[0]
