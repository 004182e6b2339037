"""A pure broker that fills against the displayed market: no clock, no I/O, no chance.

Orders, changes and cancellations reach the exchange `latency_ms` after they were sent. What is
marketable then trades through the displayed sizes, `slippage_ticks` worse than shown but never
beyond the limit; the rest waits in the book and trades at its own limit when a later quote reaches
it. A stop does all of that from the moment the last price has reached its trigger.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping

from rustro_kernel.brokers.paper.venue import Venue
from rustro_kernel.brokers.paper.working import Holdings
from rustro_kernel.domain.instruments import Instrument, InstrumentKey
from rustro_kernel.domain.orders import OrderRequest, OrderUpdate
from rustro_kernel.domain.rules import PriceBand
from rustro_kernel.domain.settings import Paper
from rustro_kernel.domain.ticks import Tick

MILLISECOND = 1_000_000
Arrival = Callable[[], list[OrderUpdate]]
"""Something that was sent reaches the exchange, and what it answers."""


class PaperBroker:
    """Implements `ports.Broker`; the times it is given must never decrease.

    Args:
        settings: Latency and slippage.
        balance_paise: Cash at the start.
        band: The day's price band; None refuses no price for its distance.
    """

    def __init__(self, settings: Paper, balance_paise: int, band: PriceBand | None = None) -> None:
        self._holdings = Holdings(balance_paise)
        self._venue = Venue(self._holdings, settings.slippage_ticks, band)
        self._latency_ns = settings.latency_ms * MILLISECOND
        self._arriving: deque[tuple[int, Arrival]] = deque()
        self._outbox: deque[tuple[int, OrderUpdate]] = deque()

    @property
    def cash_paise(self) -> int:
        """Cash before charges."""
        return self._holdings.cash_paise

    @property
    def available_paise(self) -> int:
        """Cash less what the open buy orders may still cost."""
        return self._venue.available_paise

    @property
    def units(self) -> dict[InstrumentKey, int]:
        """Net units of every instrument that ever traded; a copy."""
        return dict(self._holdings.units)

    def seed(self, units: Mapping[str, int], cash_paise: int) -> None:
        """Hold these units and this cash, as left by an earlier process."""
        self._holdings.units = {InstrumentKey(key): held for key, held in units.items()}
        self._holdings.cash_paise = cash_paise

    def set_instruments(self, instruments: Iterable[Instrument]) -> None:
        """Add to what can be traded."""
        self._venue.instruments.update((i.key, i) for i in instruments)

    def set_market(self, is_open: bool) -> None:
        """Open, halt or close: while not open, orders are refused and resting ones wait."""
        self._venue.is_open = is_open

    def place(self, order: OrderRequest, ts_ns: int) -> None:
        """Take an order that was sent at `ts_ns`; its tag must be new."""
        self._send(ts_ns, lambda: self._venue.place(order))

    def modify(self, order: OrderRequest, ts_ns: int) -> None:
        """Take new units, limit and trigger for the order of a tag, sent at `ts_ns`.

        Nothing else can be changed. Answered by MODIFY_REJECTED, or by what trades.
        """
        self._send(ts_ns, lambda: self._venue.modify(order))

    def cancel(self, tag: str, ts_ns: int) -> None:
        """Take a cancellation that was sent at `ts_ns`."""
        self._send(ts_ns, lambda: self._venue.cancel(tag))

    def on_tick(self, tick: Tick, ts_ns: int) -> None:
        """See a new quote, after everything that reached the exchange before it."""
        self._advance(ts_ns)
        self._outbox.extend((ts_ns, update) for update in self._venue.show(tick))

    def next_due_ns(self) -> int | None:
        """When the next update is due, if any."""
        return min((queue[0][0] for queue in (self._outbox, self._arriving) if queue), default=None)

    def due(self, ts_ns: int) -> list[OrderUpdate]:
        """The updates due at or before `ts_ns`, oldest first."""
        self._advance(ts_ns)
        updates = []
        while self._outbox and self._outbox[0][0] <= ts_ns:
            updates.append(self._outbox.popleft()[1])
        return updates

    def _send(self, ts_ns: int, arrive: Arrival) -> None:
        self._arriving.append((ts_ns + self._latency_ns, arrive))

    def _advance(self, ts_ns: int) -> None:
        """Let everything sent in time reach the exchange."""
        while self._arriving and self._arriving[0][0] <= ts_ns:
            at_ns, arrive = self._arriving.popleft()
            self._outbox.extend((at_ns, update) for update in arrive())
