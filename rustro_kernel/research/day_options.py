"""The options of one day of a backtest: the master, and the quotes of those that matter."""

from bisect import bisect_left

from rustro_kernel.domain.instruments import Instrument, Kind, Right
from rustro_kernel.domain.market_time import HOUR, IST_OFFSET, MINUTE, clock_ns, midnight_ns
from rustro_kernel.domain.settings import EngineSettings
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine.chain import strike_for
from rustro_kernel.engine.inputs import SessionStarted
from rustro_kernel.research.history import History, HistoryDay
from rustro_kernel.research.option_quotes import Contract, at_closes, at_moments, real_moments
from rustro_kernel.simulator.chain import master

AHEAD = 60
"""Minutes quoted at once: no quote depends on another, only the work is shared."""
MINUTES_IN_HOUR = 60
CLOSE = 3
"""The last of a minute's moments."""


class DayOptions:
    """Quotes of a day, made when they are asked for."""

    def __init__(self, history: History, day: HistoryDay, started: SessionStarted) -> None:
        settings = EngineSettings.model_validate(started.settings)
        self._history, self._day, self._course = history, day, day.course
        bars = history.option_bars
        self._bars = bars if bars and day.date in bars.dates else None
        self._contracts: dict[str, Contract] = {}
        self._rounding = settings.strategy.atm_rounding
        self._contract_rules = day.rules.contracts[0]
        self.master = master(self._contract_rules, day.previous_close)
        self.daily_ns = midnight_ns(day.date) + clock_ns(settings.hours.daily_analysis)
        self._by_key: dict[str, Instrument] = {one.key: one for one in self.master}
        self._anchor = self._anchor_row(settings.bars.anchor)
        self._chosen: dict[tuple[int, Right | None], Instrument] = {}
        self._strikes: list[int] = []
        self._expiry = ""
        self._moments: dict[str, tuple[int, list[list[Tick]]]] = {}
        self._closes: tuple[int, list[Tick]] = (0, [])

    def choose(self, expiry: str) -> None:
        """The expiry the engine has chosen for the day; none if there is no chain."""
        self._expiry = expiry
        options = [o for o in self.master if o.kind is Kind.OPTION and o.expiry == expiry]
        self._chosen = {(option.strike, option.right): option for option in options}
        self._strikes = sorted({option.strike for option in options})

    def cut(self, at: int, *, is_directed: bool) -> int:
        """Where minutes told from `at` on have to end: hours matter on a day with a direction.

        The minute that completes an hour stands alone: whether entries are asked for from then on
        is known only after it.
        """
        count = len(self._course)
        if not is_directed:
            return count
        into = (at - self._anchor) % MINUTES_IN_HOUR
        left = MINUTES_IN_HOUR - 1 - into
        return min(count, at + (left or 1))

    def candidates(self, at: int, end: int, right: str) -> tuple[Tick, ...]:
        """The quote of the option an entry would buy at each minute's end."""
        if not self._strikes:
            return ()
        first, ticks = self._closes
        if not first <= at < end <= first + len(ticks):
            until = min(len(self._course), max(end, at + AHEAD))
            first, ticks = self._closes = at, self._at_closes(at, until, Right(right))
        return tuple(ticks[at - first : end - first])

    def quote(self, key: str, at: int, moment: int) -> Tick:
        """The quote of an option at a moment of a minute."""
        first, made = self._moments.get(key, (0, []))
        if not first <= at < first + len(made):
            first, made = self._moments[key] = self._made(self._by_key[key], at)
        return made[at - first][moment]

    def _made(self, option: Instrument, at: int) -> tuple[int, list[list[Tick]]]:
        """Quotes from a minute on, or of the whole day, and the minute they begin with."""
        contract, bars = self._contract(option), self._bars
        series = bars and bars.minutes(option.expiry, option.strike, option.right or Right.CE)
        if series:
            return 0, real_moments(contract, option, self._course, series)
        end = min(at + AHEAD, len(self._course))
        return at, at_moments(contract, option, self._course, at, end)

    def _at_closes(self, at: int, end: int, right: Right) -> list[Tick]:
        options, before = [], self._day.previous_close
        for close in self._course.closes[at:end]:
            before = close or before
            options.append(self._option(before, right))
        if self._bars:
            return [self.quote(one.key, row, CLOSE) for row, one in enumerate(options, at)]
        return at_closes(self._contract(options[0]), options, self._course, at)

    def _option(self, price: int, right: Right) -> Instrument:
        step, is_put = self._contract_rules.strike_step, right is Right.PE
        strike = strike_for(price, step, self._rounding, self._strikes, is_put=is_put)
        return self._chosen[strike, right]

    def _contract(self, option: Instrument) -> Contract:
        if option.expiry not in self._contracts:
            expiries = [expiry.date for expiry in self._contract_rules.expiries]
            term = self._history.term(self._day, option.expiry)
            rank = bisect_left(expiries, option.expiry)
            made = Contract(term, option.lot, option.tick, rank)
            self._contracts[option.expiry] = made
        return self._contracts[option.expiry]

    def _anchor_row(self, anchor: str) -> int:
        """The row, or one before the first, at which the grid of hours starts."""
        first_ns = self._course.first_ns
        if anchor == "open":
            return 0
        return -(((first_ns + IST_OFFSET) % HOUR) // MINUTE)
