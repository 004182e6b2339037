"""The simulated world: what happens next, and what becomes of what the engine asks for.

One stream out of several, ordered by (ts, class): timers and notices 0, broker updates 1, ticks 2,
commands 3. Answers to the engine's own questions come first, at the ts they were asked. Both
simulated drivers use it: one takes the next thing at once, the other when its time has come.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator

from rustro_kernel.domain.bars import Series, Timeframe
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine import effects
from rustro_kernel.engine.inputs import (
    Backfilled,
    Body,
    BrokerPositions,
    Command,
    HistoryLoaded,
    MasterLoaded,
    StreamChanged,
    Subscribed,
    Wake,
)
from rustro_kernel.session.parts import PacedMarket, PaperAccount

NEVER = 1 << 62
RAN_DRY = effects.Finish("the market ended before the session did", 1)


class SimulatedWorld:
    """Market, broker, timers and commands as one stream of bodies.

    Args:
        market: Plays the day; asked for a second only when that second has come. Each of its
            ticks is received at its exchange time.
        broker: Takes the orders and sees every tick before the engine does.
        first_second_ns: The first second the market sends.
        timers: (ts, body) known beforehand, such as the exchange's notices.
        doors: (ts, is_open): when the broker's exchange opens, halts, closes.
    """

    def __init__(
        self,
        market: PacedMarket,
        broker: PaperAccount,
        first_second_ns: int,
        timers: Iterable[tuple[int, Body]] = (),
        doors: Iterable[tuple[int, bool]] = (),
    ) -> None:
        self.now_ns = 0
        self.answers: deque[Body] = deque()
        self.commands: deque[Command] = deque()
        self._market, self._broker = market, broker
        self._wake_ns = NEVER
        self._timers = deque(sorted(timers, key=lambda item: item[0]))
        self._doors = deque(doors)
        self._updates: deque[Body] = deque()
        self._seconds: Iterator[tuple[int, list[Tick]]] = market.seconds()
        self._second_ns = self._tick_ns = first_second_ns
        self._ticks: deque[Tick] = deque()
        self._carry: dict[type, Callable[..., None]] = {
            effects.LoadMaster: self._load_master,
            effects.SyncHistory: self._sync_history,
            effects.ConnectStream: self._connect,
            effects.Subscribe: self._subscribe,
            effects.Unsubscribe: self._unsubscribe,
            effects.Backfill: self._backfill,
            effects.SetWake: self._set_wake,
            effects.PlaceOrder: self._place,
            effects.ModifyOrder: self._modify,
            effects.CancelOrder: self._cancel,
            effects.AskPositions: self._report_positions,
        }

    def begin(self, ts_ns: int, bodies: Iterable[Body]) -> None:
        """Begin the day at `ts_ns` with these inputs, SessionStarted first."""
        self.move_to(ts_ns)
        self.answers.extend(bodies)

    def due_ns(self) -> int:
        """When the next thing happens; NEVER when nothing more will."""
        if self.answers or self._updates:
            return self.now_ns
        timer_ns = self._timers[0][0] if self._timers else NEVER
        broker_ns = self._broker.next_due_ns()
        ahead = min(self._wake_ns, timer_ns, self._tick_ns)
        ahead = ahead if broker_ns is None or broker_ns > ahead else broker_ns
        return self.now_ns if self.commands and ahead > self.now_ns else ahead

    def next(self, until_ns: int = NEVER - 1) -> tuple[int, Body] | None:
        """Take the next thing and its time; None when nothing more happens up to `until_ns`."""
        while True:
            if self.answers:
                return self.now_ns, self.answers.popleft()
            ts_ns = self.due_ns()
            if ts_ns > until_ns:
                return None
            if ts_ns > self.now_ns:
                self.move_to(ts_ns)
            body = self._due_body()
            if body is not None:
                return self.now_ns, body

    def carry_out(self, action: effects.Action) -> None:
        """Do what the engine asked for; answers come out of `next`."""
        carry = self._carry.get(type(action))
        if carry is not None:
            carry(action)

    def move_to(self, ts_ns: int) -> None:
        """Let time pass up to `ts_ns`; nothing may be due before it."""
        self.now_ns = ts_ns
        while self._doors and self._doors[0][0] <= ts_ns:
            self._broker.set_market(self._doors.popleft()[1])

    def _due_body(self) -> Body | None:
        """The first thing due now, by class; None after a second without ticks."""
        now_ns = self.now_ns
        if self._timers and self._timers[0][0] <= now_ns:
            return self._timers.popleft()[1]
        if self._wake_ns <= now_ns:
            due_ns, self._wake_ns = self._wake_ns, NEVER
            return Wake(due_ns)
        return self._due_update() or self._due_tick() or self._due_command()

    def _due_update(self) -> Body | None:
        if not self._updates:
            broker_ns = self._broker.next_due_ns()
            if broker_ns is None or broker_ns > self.now_ns:
                return None
            self._updates.extend(self._broker.due(self.now_ns))
        return self._updates.popleft() if self._updates else None

    def _due_tick(self) -> Body | None:
        if not self._ticks:
            self._ask_for_second()
        if not self._ticks or self._tick_ns > self.now_ns:
            return None
        tick = self._ticks.popleft()
        self._tick_ns = self._ticks[0].exch_ts if self._ticks else self._second_ns
        self._broker.on_tick(tick, self.now_ns)
        return tick

    def _ask_for_second(self) -> None:
        """Once it has begun: its ticks, each at its own time."""
        if self._second_ns > self.now_ns:
            return
        second_ns, ticks = next(self._seconds, (NEVER, []))
        self._second_ns = min(second_ns + SECOND, NEVER)
        self._ticks.extend(ticks)
        self._tick_ns = ticks[0].exch_ts if ticks else self._second_ns

    def _due_command(self) -> Body | None:
        return self.commands.popleft() if self.commands else None

    def _load_master(self, _: effects.LoadMaster) -> None:
        instruments = self._market.instruments()
        self._broker.set_instruments(instruments)
        self.answers.append(MasterLoaded(instruments))

    def _sync_history(self, _: effects.SyncHistory) -> None:
        self.answers.append(HistoryLoaded(self._market.history()))

    def _connect(self, _: effects.ConnectStream) -> None:
        self.answers.append(StreamChanged(connected=True))

    def _subscribe(self, action: effects.Subscribe) -> None:
        self._market.watch(action.instruments, depth=action.depth)
        self.answers.append(Subscribed(action.instruments))

    def _unsubscribe(self, action: effects.Unsubscribe) -> None:
        self._market.unwatch(action.instruments)

    def _backfill(self, action: effects.Backfill) -> None:
        """A simulated market has nothing that it did not send."""
        nothing = Series(action.instrument, Timeframe.M1, ())
        self.answers.append(Backfilled(nothing, action.from_ns, action.to_ns, is_final=True))

    def _set_wake(self, action: effects.SetWake) -> None:
        self._wake_ns = action.due_ns

    def _place(self, action: effects.PlaceOrder) -> None:
        self._broker.place(action.order, self.now_ns)

    def _modify(self, action: effects.ModifyOrder) -> None:
        self._broker.modify(action.order, self.now_ns)

    def _report_positions(self, _: effects.AskPositions) -> None:
        held = {str(key): units for key, units in self._broker.units.items() if units}
        self.answers.append(BrokerPositions(held))

    def _cancel(self, action: effects.CancelOrder) -> None:
        self._broker.cancel(action.tag, self.now_ns)
