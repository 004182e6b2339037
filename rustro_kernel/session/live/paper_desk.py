"""The paper desk: orders go to the paper broker, on the market's time.

It knows a pure broker, a clock and a place to hand updates in, and nothing else: there is no client
here, so no order of a paper session can reach an order route.
"""

import asyncio
from collections import deque
from collections.abc import Iterable
from contextlib import suppress

from rustro_kernel.brokers.paper.doors import Door
from rustro_kernel.domain.instruments import Instrument
from rustro_kernel.domain.orders import OrderRequest, OrderStatus, OrderUpdate
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine.effects import TakeOver
from rustro_kernel.engine.inputs import BrokerPositions
from rustro_kernel.session.live.desk import Take
from rustro_kernel.session.live.pace import Pace
from rustro_kernel.session.parts import PaperAccount

SHORTEST_WAIT_S = 0.001
"""A clock that stands still for a moment must not keep the loop busy."""


class PaperDesk:
    """Implements `Desk`.

    Args:
        broker: Fills against the quotes it is shown.
        pace: The market's time.
        take: Hands updates in.
        doors: (ts, is_open): when the day's rules open and close the exchange, in order.
    """

    def __init__(
        self, broker: PaperAccount, pace: Pace, take: Take, doors: Iterable[Door] = ()
    ) -> None:
        self._broker, self._pace, self._take = broker, pace, take
        self._doors = deque(doors)
        self._now_ns = 0
        self._bell = asyncio.Event()

    def place(self, order: OrderRequest) -> None:
        """Send an order, now."""
        self._broker.place(order, self._reach(self._pace.now_ns()))
        self._bell.set()

    def modify(self, order: OrderRequest) -> None:
        """Send a change of the living order of this tag, now."""
        self._broker.modify(order, self._reach(self._pace.now_ns()))
        self._bell.set()

    def cancel(self, tag: str) -> None:
        """Send a cancellation, now."""
        self._broker.cancel(tag, self._reach(self._pace.now_ns()))
        self._bell.set()

    def on_tick(self, tick: Tick, now_ns: int) -> None:
        """Show the broker a quote; what it fills is handed in after the quote itself."""
        self._broker.on_tick(tick, self._reach(now_ns))
        self._bell.set()

    def set_instruments(self, instruments: Iterable[Instrument]) -> None:
        """Learn what can be traded."""
        self._broker.set_instruments(instruments)

    def take_over(self, left: TakeOver) -> None:
        """The paper exchange went with its process: what rested there is gone, fills stand."""
        self._broker.set_instruments(left.instruments)
        self._broker.seed(left.units, left.cash_paise)
        for order in left.orders:
            if not order.is_over:
                gone = OrderStatus.CANCELLED
                self._take(OrderUpdate(order.tag, gone, "", order.filled, order.value_paise))

    def report_positions(self) -> None:
        """Hand in what the paper account holds."""
        held = {str(key): units for key, units in self._broker.units.items() if units}
        self._take(BrokerPositions(held))

    def renewed(self, reason: str) -> None:
        """Paper orders need no tokens."""

    async def run(self) -> None:
        """Hand updates in when they are due."""
        while True:
            self._bell.clear()
            self._hand_in(self._reach(self._pace.now_ns()))
            with suppress(TimeoutError):
                async with asyncio.timeout(self._wait_s()):
                    await self._bell.wait()

    def _wait_s(self) -> float | None:
        due_ns = self._broker.next_due_ns()
        return None if due_ns is None else max(SHORTEST_WAIT_S, self._pace.wait_s(due_ns))

    def _reach(self, ts_ns: int) -> int:
        """Let time pass, never back; what came before a door moves found it as it was."""
        self._now_ns = max(self._now_ns, ts_ns)
        while self._doors and self._doors[0][0] <= self._now_ns:
            door_ns, is_open = self._doors.popleft()
            self._hand_in(door_ns - 1)
            self._broker.set_market(is_open)
        return self._now_ns

    def _hand_in(self, ts_ns: int) -> None:
        for update in self._broker.due(ts_ns):
            self._take(update)
