"""What the session depends on: small protocols, so that sim, paper and live differ only here."""

from collections.abc import Iterable
from typing import Protocol

from rustro_kernel.domain.bars import Series
from rustro_kernel.domain.instruments import Instrument, InstrumentKey
from rustro_kernel.domain.orders import OrderRequest, OrderUpdate
from rustro_kernel.domain.ticks import Tick


class Clock(Protocol):
    """Where the time comes from."""

    def now_ns(self) -> int:
        """Nanoseconds since the epoch."""


class Market(Protocol):
    """A market that can be watched: the simulated one and the recorded one."""

    def instruments(self) -> tuple[Instrument, ...]:
        """Today's master."""

    def history(self) -> tuple[Series, ...]:
        """The bars before today that the windows need."""

    def watch(self, keys: Iterable[InstrumentKey], *, depth: bool) -> None:
        """Send these instruments from the next second on."""

    def unwatch(self, keys: Iterable[InstrumentKey]) -> None:
        """Stop sending these instruments."""


class Broker(Protocol):
    """A pure broker on simulated time: takes orders, returns what became of them."""

    def place(self, order: OrderRequest, ts_ns: int) -> None:
        """Take an order that was sent at `ts_ns`."""

    def modify(self, order: OrderRequest, ts_ns: int) -> None:
        """Take new units, limit and trigger for the order of a tag, sent at `ts_ns`."""

    def cancel(self, tag: str, ts_ns: int) -> None:
        """Take a cancellation that was sent at `ts_ns`."""

    def on_tick(self, tick: Tick, ts_ns: int) -> None:
        """See a new quote."""

    def next_due_ns(self) -> int | None:
        """When the next update is due, if any."""

    def due(self, ts_ns: int) -> list[OrderUpdate]:
        """The updates due at or before `ts_ns`, oldest first."""
