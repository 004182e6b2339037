"""Plays one day of minutes through the very engine: no event loop, no files, no ticks.

The rules, exactly. Whatever computes the same trades another way has to keep all of them.

*Moments.* A minute of the underlying that starts at t has four: the open at t, the extreme nearer
to the open at t + 20 s (at the same distance the low), the other extreme at t + 40 s, the close at
t + 59 s. A minute without a bar has none. Options are quoted at the moments, by `option_quotes`,
and stay as they are between two; only what is held, ordered, or would be bought is quoted at all.

*Boundary.* At t + 60 s, in this order: times that are due by then; the minute's VIX; the bars that
are complete (5m, 1h of the index; 15m, 1h of the future's volume); alignment, if an hour is;
technical exits; entries. The option an entry would buy is quoted as at the minute's close.

*Order of things at one time.* Timers, then the broker's reports, then the boundary of the minute
that ends, then the open of the minute that begins.

*Orders* are the paper broker's: what is sent at s reaches the exchange at s + `paper.latency_ms`
and meets the quotes of the last moment before; what rests there trades at its own limit as soon as
a later moment's opposite quote reaches it. So an order of the boundary meets the next minute's
open. The entry ladder and the chase of an exit go on between moments, by the clock.

*Positions.* Stop, target and trailing stop look at the last price of each moment, in order; the
trailing stop from the moment after the one that armed it.

*Days.* Every day is a session of its own that knows the days before it and nothing else.

The index trades on while its future or VIX do: a minute that the file lacks is not evaluated, and
a position is not looked at in it; entries are not paused afterwards, as a live feed's gap would do.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.domain.settings import EngineSettings, Paper
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine import effects
from rustro_kernel.engine.engine import Engine
from rustro_kernel.engine.events.startup import OptionChainCached
from rustro_kernel.engine.events.strategy import (
    DailyDirectionDetermined,
    HourlyAlignmentDetermined,
)
from rustro_kernel.engine.inputs import (
    MOMENTS_NS,
    Body,
    HistoryLoaded,
    Input,
    MasterLoaded,
    Minutes,
    SessionStarted,
    Spotted,
    StepDone,
    Wake,
)
from rustro_kernel.engine.turn import Event
from rustro_kernel.research.day_broker import DayBroker
from rustro_kernel.research.day_options import DayOptions
from rustro_kernel.research.history import History
from rustro_kernel.research.history_day import HistoryDay
from rustro_kernel.simulator.notices import notices
from rustro_kernel.strategies import Strategy

NEVER = 1 << 62
BEFORE_OPEN_NS = 15 * MINUTE
_NONE: tuple[Tick, ...] = ()
STEPS = (StepDone("log"), StepDone("storage"), StepDone("broker", "paper"))


class DayDriver:
    """One day, once.

    Args:
        history: The days before.
        day: The day.
        started: Who trades it under which settings; the engine's first input.
        strategies: What `started` can name.
        settings: The same settings as the engine's first input has.
        paper: How orders fill.
        is_full: Every gate of every minute is stated; the trades are the same.
        inputs: Takes every input the engine was given, if there is such a list.
    """

    def __init__(
        self,
        history: History,
        day: HistoryDay,
        started: SessionStarted,
        strategies: Mapping[str, type[Strategy]],
        settings: EngineSettings,
        paper: Paper,
        *,
        is_full: bool = False,
        inputs: list[Input] | None = None,
    ) -> None:
        self.events: list[Event] = []
        self.finish: effects.Finish | None = None
        self._history, self._day, self._course = history, day, day.course
        self._started, self._is_full = started, is_full
        self._engine, self._inputs = Engine(strategies), inputs
        self._warmup = settings.strategy.warmup_bars
        self._options = DayOptions(history, day, settings)
        self._broker = DayBroker(day, self._options, paper, started.balance_paise)
        self._notices = notices(day.rules)
        self._n = self._now_ns = 0
        self._wake_ns = NEVER
        self._direction, self._is_aligned = "", False

    def run(self) -> effects.Finish:
        """Play the day to its end."""
        self._begin()
        self._until(self._start_ns(0))  # an early daily analysis comes before the first minute
        at, count = 0, len(self._course)
        while at < count and self.finish is None:
            if not self._is_attended:
                at = self._stretch(at)
            elif (end := self._calm_until(at)) > at:
                at = self._held(at, end)
            else:
                at = self._attended(at)
        while self.finish is None and self._due_ns < NEVER:
            self._next()
        return self.finish or effects.Finish("the day ended before the session did", 1)

    def _begin(self) -> None:
        ts_ns = self._day.rules.derivative_legs[0].open_ns - BEFORE_OPEN_NS
        for body in (self._started, *STEPS):
            self._tell(ts_ns, body)
        instruments = self._options.master
        self._tell(ts_ns, MasterLoaded(instruments))
        windows = self._history.windows(self._day.number, self._warmup)
        self._tell(ts_ns, HistoryLoaded(windows))

    @property
    def _is_attended(self) -> bool:
        """Whether the next minute has to be lived through moment by moment."""
        return bool(self._engine.at_stake()) or self._broker.due_ns is not None

    def _stretch(self, at: int) -> int:
        """Tell minutes that nothing can happen inside of; returns the first one left."""
        start_ns = self._start_ns(at)
        end = self._options.cut(at, is_directed=self._direction in ("CE", "PE"))
        end, is_notice = self._before_notice(at, end)
        if is_notice:
            return at
        due_ns = self._options.daily_ns
        if start_ns < due_ns <= self._start_ns(end):  # the direction comes first
            end = max((due_ns - 1 - self._course.first_ns) // MINUTE, at)
            if end == at:
                self._until(due_ns)
                end = at + 1
        self._tell(max(start_ns, self._now_ns), self._minutes(at, end))
        return (self._now_ns - self._course.first_ns) // MINUTE

    def _before_notice(self, at: int, end: int) -> tuple[int, bool]:
        """Cut before the minute in which the exchange announces something."""
        if not self._notices:
            return end, False
        ts_ns, body = self._notices[0]
        if ts_ns <= self._start_ns(at):
            self._notices.pop(0)
            self._tell(max(ts_ns, self._now_ns), body)
            return at, True
        return min(end, max(at + 1, -((self._course.first_ns - ts_ns) // MINUTE))), False

    def _calm_until(self, at: int) -> int:
        """Up to which minute only a position's own quotes can matter; `at` if not even it."""
        keys = self._engine.at_stake()
        is_busy = self._engine.is_at_work() or self._broker.due_ns is not None
        if is_busy or len(keys) != 1 or self._is_full or self._notices:
            return at
        due = (min(self._wake_ns, NEVER) - self._course.first_ns) // MINUTE
        return max(at, min(due, self._options.quoted_until(keys[0], at)))

    def _held(self, at: int, end: int) -> int:
        """Tell minutes through which a position is only held; returns the first one left.

        An order ends them early: the rest of its minute is then lived through.
        """
        (key,) = self._engine.at_stake()
        told = self._minutes(at, end)
        spots = tuple(self._course.spots[at:end].ravel().tolist())
        told = replace(told, held=self._options.held(key, at, end), spots=spots)
        self._tell(max(self._start_ns(at), self._now_ns), told)
        left, into_ns = divmod(self._now_ns - self._course.first_ns, MINUTE)
        if into_ns and self.finish is None:
            return self._attended(left, MOMENTS_NS.index(into_ns) + 1)
        return left if left > at else self._attended(at)

    def _attended(self, at: int, first: int = 0) -> int:
        """Live through one minute from a moment on, up to its boundary."""
        start_ns = self._start_ns(at)
        while self._notices and self._notices[0][0] <= start_ns:
            ts_ns, body = self._notices.pop(0)
            self._tell(max(ts_ns, self._now_ns), body)
        if self._course.closes[at]:
            for moment in range(first, len(MOMENTS_NS)):
                self._until(start_ns + MOMENTS_NS[moment])
                self._spot(at, moment, start_ns + MOMENTS_NS[moment])
        self._until(start_ns + MINUTE)
        if self.finish is None:
            self._tell(start_ns + MINUTE, self._minutes(at, at + 1))
        return at + 1

    def _spot(self, at: int, moment: int, ts_ns: int) -> None:
        """Show one moment to the broker, then to the engine."""
        quotes = self._broker.show(self._engine.at_stake(), at, moment, ts_ns, self._now_ns)
        self._tell(ts_ns, Spotted(int(self._course.spots[at, moment]), quotes))

    def _until(self, ts_ns: int) -> None:
        """Let everything happen that is due by then."""
        while self._due_ns <= ts_ns and self.finish is None:
            self._next()
        self._broker.pass_doors(ts_ns)

    @property
    def _due_ns(self) -> int:
        """When the next timer or report comes."""
        broker_ns = self._broker.due_ns
        return self._wake_ns if broker_ns is None else min(self._wake_ns, broker_ns)

    def _next(self) -> None:
        """Timers before reports."""
        due_ns = max(self._due_ns, self._now_ns)
        self._broker.pass_doors(due_ns)
        if self._wake_ns <= due_ns:
            wake_ns, self._wake_ns = self._wake_ns, NEVER
            self._tell(due_ns, Wake(wake_ns))
            return
        for update in self._broker.opened(due_ns).due(due_ns):
            self._tell(due_ns, update)

    def _start_ns(self, at: int) -> int:
        return self._course.first_ns + at * MINUTE

    def _minutes(self, at: int, end: int) -> Minutes:
        """The rows of some minutes, with quotes where an entry may be asked for."""
        course, quotes = self._course, _NONE
        if self._direction in ("CE", "PE") and (self._is_aligned or end == at + 1 or self._is_full):
            quotes = self._options.candidates(at, end, self._direction)
        return Minutes(
            self._start_ns(at),
            course.opens[at:end],
            course.highs[at:end],
            course.lows[at:end],
            course.closes[at:end],
            course.volumes[at:end],
            course.vix[at:end],
            quotes,
            self._is_full,
        )

    def _tell(self, ts_ns: int, body: Body) -> None:
        """One input to the engine, and what it asks for."""
        self._n += 1
        item = Input(self._n, ts_ns, body)
        if self._inputs is not None:
            self._inputs.append(item)
        turn = self._engine.apply(item)
        self._now_ns = turn.ts
        for event in turn.events:
            self._heed(event)
        self.events += turn.events
        for effect in turn.effects:
            self._carry_out(effect.action)

    def _heed(self, event: Event) -> None:
        """What decides which quotes the engine can need."""
        fact = event.data
        if isinstance(fact, DailyDirectionDetermined):
            self._direction = fact.direction
        elif isinstance(fact, HourlyAlignmentDetermined):
            self._is_aligned = fact.aligned
        elif isinstance(fact, OptionChainCached):
            self._options.choose(fact.expiry)

    def _carry_out(self, action: effects.Action) -> None:
        match action:
            case effects.SetWake(due_ns=due_ns):
                self._wake_ns = due_ns
            case effects.PlaceOrder(order=order):
                self._broker.show_last(self._engine.at_stake(), self._now_ns)
                self._broker.opened(self._now_ns).place(order, self._now_ns)
            case effects.ModifyOrder(order=order):
                self._broker.opened(self._now_ns).modify(order, self._now_ns)
            case effects.CancelOrder(tag=tag):
                self._broker.opened(self._now_ns).cancel(tag, self._now_ns)
            case effects.Finish():
                self.finish = action
            case _:
                pass  # there is no stream, and the history is told already
