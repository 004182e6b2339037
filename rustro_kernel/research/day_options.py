"""The options of one day of a backtest: the master, and the quotes of those that matter."""

from bisect import bisect_left

from rustro_kernel.domain.instruments import Instrument, Kind, Right
from rustro_kernel.domain.market_time import HOUR, IST_OFFSET, MINUTE, clock_ns, midnight_ns
from rustro_kernel.domain.settings import EngineSettings
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine.chain import nearest, rounded
from rustro_kernel.engine.inputs import MOMENTS_NS, Held
from rustro_kernel.research.history import History
from rustro_kernel.research.history_day import HistoryDay
from rustro_kernel.research.option_quotes import Contract, at_closes, at_moments, real_moments

AHEAD = 60
"""Minutes quoted at once: no quote depends on another, only the work is shared."""
MINUTES_IN_HOUR = 60
CLOSE = 3
"""The last of a minute's moments."""


class DayOptions:
    """Quotes of a day, made when they are asked for."""

    def __init__(self, history: History, day: HistoryDay, settings: EngineSettings) -> None:
        self._history, self._day, self._course = history, day, day.course
        bars = history.option_bars
        self._bars = bars if bars and day.date in bars.dates else None
        self._contracts: dict[str, Contract] = {}
        self._rounding = settings.strategy.atm_rounding
        self._contract_rules = day.rules.contracts[0]
        self.master = history.listed.on(day, settings.strategy.min_dte)
        self.daily_ns = midnight_ns(day.date) + clock_ns(settings.hours.daily_analysis)
        self._anchor = self._anchor_row(settings.bars.anchor)
        self._chosen: dict[tuple[int, Right | None], Instrument] = {}
        self._strikes: list[int] = []
        self._nearest: dict[int, Instrument] = {}  # by the strike that is wanted; of one right
        self._expiry = ""
        self._moments: dict[str, tuple[int, Held]] = {}
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
        if not ticks:
            first, ticks = self._closes = at, self._at_closes(at, Right(right))
        return tuple(ticks[at - first : end - first])

    def quote(self, key: str, at: int, moment: int) -> Tick:
        """The quote of an option at a moment of a minute."""
        first, held = self._quotes(key, at)
        row = len(MOMENTS_NS) * (at - first) + moment
        ts = self._course.first_ns + at * MINUTE + MOMENTS_NS[moment]
        bid, ask = held.bid[row], held.ask[row]
        sizes = held.bid_qty[row], held.ask_qty[row]
        return Tick(held.instrument, ts, held.ltp[row], ts, 0, 0, bid, ask, *sizes)

    def held(self, key: str, at: int, end: int) -> Held:
        """The quotes of an option at all moments of minutes at..end-1, or of the first of them."""
        first, made = self._quotes(key, at)
        rows = slice(len(MOMENTS_NS) * (at - first), len(MOMENTS_NS) * (end - first))
        columns = (made.ltp, made.bid, made.ask, made.bid_qty, made.ask_qty)
        return Held(made.instrument, *(column[rows] for column in columns))

    def quoted_until(self, key: str, at: int) -> int:
        """The minute up to which quotes are worked out already, or would be together."""
        first, made = self._quotes(key, at)
        return first + len(made.ltp) // len(MOMENTS_NS)

    def would_buy(self, price: int, right: Right) -> Instrument:
        """The option of the chosen expiry that an entry at this price of the underlying buys."""
        return self._option(price, right)

    def of_day(self, option: Instrument) -> Held:
        """The quotes of an option at all moments of all minutes."""
        contract, bars = self._contract(option), self._bars
        series = bars and bars.minutes(option.expiry, option.strike, option.right or Right.CE)
        if series:
            return real_moments(contract, option, self._course, series)
        return at_moments(contract, option, self._course, 0, len(self._course))

    def _quotes(self, key: str, at: int) -> tuple[int, Held]:
        """Quotes that hold a minute, with the first minute they hold."""
        found = self._moments.get(key)
        if found is None or not found[0] <= at < found[0] + len(found[1].ltp) // len(MOMENTS_NS):
            found = self._moments[key] = self._made(self._option_of(key), at)
        return found

    def _option_of(self, key: str) -> Instrument:
        return next(one for one in self.master if one.key == key)

    def _made(self, option: Instrument, at: int) -> tuple[int, Held]:
        """Quotes from a minute on, or of the whole day, and the minute they begin with."""
        contract, bars = self._contract(option), self._bars
        series = bars and bars.minutes(option.expiry, option.strike, option.right or Right.CE)
        if series:
            return 0, real_moments(contract, option, self._course, series)
        end = min(at + AHEAD, len(self._course))
        return at, at_moments(contract, option, self._course, at, end)

    def _at_closes(self, at: int, right: Right) -> list[Tick]:
        """For the rest of the day, whose direction stands: the work of one quote is shared."""
        options, before = [], self._day.previous_close
        for close in self._course.closes[at:]:
            before = close or before
            options.append(self._option(before, right))
        if self._bars:
            return [self.quote(one.key, row, CLOSE) for row, one in enumerate(options, at)]
        return at_closes(self._contract(options[0]), options, self._course, at)

    def _option(self, price: int, right: Right) -> Instrument:
        step, is_put = self._contract_rules.strike_step, right is Right.PE
        wanted = rounded(price, step, self._rounding, is_put=is_put)
        if wanted not in self._nearest:
            self._nearest[wanted] = self._chosen[nearest(wanted, self._strikes), right]
        return self._nearest[wanted]

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
