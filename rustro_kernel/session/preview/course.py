"""A day's inputs once more, with an engine that may decide otherwise than the one they came from.

What the market and the operator did stays as it was. What answers the engine does not: orders go
to a paper broker, timers and subscriptions are the engine's own.
"""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from rustro_kernel.brokers.paper import PaperBroker
from rustro_kernel.brokers.paper.doors import doors
from rustro_kernel.domain.orders import OrderUpdate
from rustro_kernel.domain.settings import Paper
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine import asked, effects
from rustro_kernel.engine.engine import Engine
from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.engine.events.strategy import EntryEvaluated, SignalGenerated
from rustro_kernel.engine.inputs import (
    Body,
    BrokerPositions,
    Input,
    MasterLoaded,
    Restarted,
    SessionStarted,
    Subscribed,
    Wake,
)
from rustro_kernel.engine.turn import Event
from rustro_kernel.strategies import STRATEGIES, Strategy

NEVER = 1 << 62
OWN = (Wake, OrderUpdate, Subscribed, BrokerPositions, Restarted)
"""Inputs that answered the recorded engine, or told it of its process."""


class Course:
    """A day under the settings that `started` holds.

    Args:
        started: The day's first input.
        paper: How orders fill.
        strategies: Those the session can name.
        see: Given every event.
    """

    def __init__(
        self,
        started: SessionStarted,
        paper: Paper,
        strategies: Mapping[str, type[Strategy]] = STRATEGIES,
        see: Callable[[Event], object] = lambda event: None,
    ) -> None:
        self._engine = Engine(strategies)
        self._broker = PaperBroker(paper, started.balance_paise or NEVER, started.rules.price_band)
        self._doors = deque(doors(started.rules))
        self._now_ns = self._n = 0
        self._wake_ns = NEVER
        self._answers: deque[Body] = deque()
        self._is_over = False
        self._see = see
        self._signals: list[int] = []
        self._trades: list[asked.TradeSeen] = []
        self._first_no: dict[str, int] = {}
        self._carry: dict[type, Callable[[Any], None]] = {
            effects.Subscribe: self._subscribe,
            effects.SetWake: self._set_wake,
            effects.PlaceOrder: lambda action: self._broker.place(action.order, self._now_ns),
            effects.ModifyOrder: lambda action: self._broker.modify(action.order, self._now_ns),
            effects.CancelOrder: lambda action: self._broker.cancel(action.tag, self._now_ns),
            effects.AskPositions: self._report_positions,
            effects.Finish: self._finish,
        }

    def feed(self, ts_ns: int, body: Body) -> None:
        """What was recorded next; before it comes whatever is due."""
        self.reach(ts_ns)
        if isinstance(body, OWN):
            return
        if isinstance(body, Tick):
            self._broker.on_tick(body, self._now_ns)
        elif isinstance(body, MasterLoaded):
            self._broker.set_instruments(body.instruments)
        self._apply(body)

    def reach(self, ts_ns: int) -> None:
        """Let time pass up to a moment: timers first, then what the broker has to say."""
        while not self._is_over:
            broker_ns = self._broker.next_due_ns()
            due_ns = min(self._wake_ns, NEVER if broker_ns is None else broker_ns)
            if due_ns > ts_ns:
                break
            self._move_to(max(due_ns, self._now_ns))
            self._take_due()
        self._move_to(max(ts_ns, self._now_ns))

    def seen(self) -> asked.Course:
        """What came of it so far."""
        view = self._engine.view()
        open_now = tuple(
            asked.TradeSeen(p.symbol, p.units, p.opened_ns, p.entry_paise, net_paise=p.pnl_paise)
            for p in view.positions
        )
        trades = (*self._trades, *open_now)
        return asked.Course(tuple(self._signals), trades, self._first_no, view.day_pnl_paise)

    def _take_due(self) -> None:
        if self._wake_ns <= self._now_ns:
            due_ns, self._wake_ns = self._wake_ns, NEVER
            self._apply(Wake(due_ns))
            return
        for update in self._broker.due(self._now_ns):
            self._apply(update)

    def _move_to(self, ts_ns: int) -> None:
        self._now_ns = ts_ns
        while self._doors and self._doors[0][0] <= ts_ns:
            self._broker.set_market(self._doors.popleft()[1])

    def _apply(self, body: Body) -> None:
        """Let the engine take it, and what answers the questions that come of it."""
        self._answers.append(body)
        while self._answers and not self._is_over:
            self._n += 1
            turn = self._engine.apply(Input(self._n, self._now_ns, self._answers.popleft()))
            for event in turn.events:
                self._note(event)
            for effect in turn.effects:
                carry = self._carry.get(type(effect.action))
                if carry is not None:
                    carry(effect.action)

    def _note(self, event: Event) -> None:
        self._see(event)
        match event.data:
            case EntryEvaluated(first_no=gate):
                self._first_no[gate or ""] = self._first_no.get(gate or "", 0) + 1
            case SignalGenerated(at_ns=at_ns):
                self._signals.append(at_ns)
            case PositionClosed() as trade:
                self._trades.append(_trade(trade))
            case _:
                pass

    def _subscribe(self, action: effects.Subscribe) -> None:
        self._answers.append(Subscribed(action.instruments))

    def _set_wake(self, action: effects.SetWake) -> None:
        self._wake_ns = action.due_ns

    def _report_positions(self, _: effects.AskPositions) -> None:
        held = {str(key): units for key, units in self._broker.units.items() if units}
        self._answers.append(BrokerPositions(held))

    def _finish(self, _: effects.Finish) -> None:
        self._is_over = True


def _trade(trade: PositionClosed) -> asked.TradeSeen:
    return asked.TradeSeen(
        trade.symbol,
        trade.units,
        trade.entry_ns,
        trade.buy_value_paise / trade.units,
        trade.exit_ns,
        trade.sell_value_paise / trade.units,
        trade.reason,
        trade.net_paise,
    )
