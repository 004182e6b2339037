"""Where orders go: the paper broker or the real one, behind one small protocol."""

from collections.abc import Callable, Iterable
from typing import Protocol

from rustro_kernel.domain.instruments import Instrument
from rustro_kernel.domain.orders import OrderRequest
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine.effects import TakeOver
from rustro_kernel.engine.inputs import Body

Take = Callable[[Body], None]
"""Numbers an input now and asks for a turn. On the I/O loop only."""


class Desk(Protocol):
    """Takes orders; what becomes of them is handed in as OrderUpdates. On the I/O loop only."""

    def place(self, order: OrderRequest) -> None:
        """Send an order."""

    def modify(self, order: OrderRequest) -> None:
        """Give the living order of a tag these units, limit and trigger."""

    def cancel(self, tag: str) -> None:
        """Cancel the order of a tag."""

    def on_tick(self, tick: Tick, now_ns: int) -> None:
        """See a quote, before the engine does."""

    def set_instruments(self, instruments: Iterable[Instrument]) -> None:
        """Learn what can be traded."""

    def take_over(self, left: TakeOver) -> None:
        """Go on with what an earlier process of this session sent; before any other order."""

    def report_positions(self) -> None:
        """Hand in what the account holds, as soon as that is known."""

    def renewed(self, reason: str) -> None:
        """The broker's tokens are new: what was opened with the old ones is opened again."""

    async def run(self) -> None:
        """Whatever must go on in the background, until cancelled."""
