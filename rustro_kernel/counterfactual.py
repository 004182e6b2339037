"""A recorded day once more, with an engine that may decide otherwise than the one it came from.

What the market did stays as it was. What answers the engine does not: orders go to a paper broker,
timers and subscriptions are the engine's own. So an option that the recorded engine did not watch
has no price.
"""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from rustro_kernel.brokers.paper import PaperBroker
from rustro_kernel.brokers.paper.doors import doors
from rustro_kernel.domain.orders import OrderUpdate
from rustro_kernel.domain.settings import Paper
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine import effects
from rustro_kernel.engine.engine import Engine
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
from rustro_kernel.engine.view import View
from rustro_kernel.strategies import STRATEGIES, Strategy

NEVER = 1 << 62
OWN = (Wake, OrderUpdate, Subscribed, BrokerPositions, Restarted)
"""Inputs that answered the recorded engine, or told it of its process."""


class Counterfactual:
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
        self.finish: effects.Finish | None = None
        self._engine = Engine(strategies)
        self._broker = PaperBroker(paper, started.balance_paise or NEVER, started.rules.price_band)
        self._doors = deque(doors(started.rules))
        self._now_ns = self._n = 0
        self._wake_ns = NEVER
        self._answers: deque[Body] = deque()
        self._see = see
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
        while self.finish is None and (due_ns := self._due_ns) <= ts_ns:
            self._move_to(max(due_ns, self._now_ns))
            self._take_due()
        self._move_to(max(ts_ns, self._now_ns))

    def end(self) -> None:
        """Let everything happen that is still due after the last input."""
        while self.finish is None and (due_ns := self._due_ns) < NEVER:
            self.reach(due_ns)

    def view(self) -> View:
        """The frozen picture of this moment."""
        return self._engine.view()

    @property
    def _due_ns(self) -> int:
        """When the next timer or report comes."""
        broker_ns = self._broker.next_due_ns()
        return self._wake_ns if broker_ns is None else min(self._wake_ns, broker_ns)

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
        while self._answers and self.finish is None:
            self._n += 1
            turn = self._engine.apply(Input(self._n, self._now_ns, self._answers.popleft()))
            for event in turn.events:
                self._see(event)
            for effect in turn.effects:
                carry = self._carry.get(type(effect.action))
                if carry is not None:
                    carry(effect.action)

    def _subscribe(self, action: effects.Subscribe) -> None:
        self._answers.append(Subscribed(action.instruments))

    def _set_wake(self, action: effects.SetWake) -> None:
        self._wake_ns = action.due_ns

    def _report_positions(self, _: effects.AskPositions) -> None:
        held = {str(key): units for key, units in self._broker.units.items() if units}
        self._answers.append(BrokerPositions(held))

    def _finish(self, action: effects.Finish) -> None:
        self.finish = action
