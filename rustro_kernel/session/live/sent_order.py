"""One order this desk has sent: what the broker says of it, and what the engine was told."""

import asyncio

from rustro_kernel.brokers.angelone.order_rows import OrderRow
from rustro_kernel.domain.orders import OrderRequest, OrderStatus, OrderUpdate
from rustro_kernel.session.live.orders_absence import Absence
from rustro_kernel.session.live.orders_values import NOTHING, Fills


class Sent:
    """Changed by the desk's parts, on the I/O loop only.

    `row` is the broker's newest word, None until there is one. `fills` are the fills whose value
    is settled. `absence` is there while nobody knows whether the broker has it. `wanted` is
    what it is being changed to.
    """

    def __init__(self, tag: str, *, is_stop: bool = False) -> None:
        self.tag = tag
        self._was_sent_as_stop = is_stop
        self.row: OrderRow | None = None
        self.heard = 0  # rows of it that came
        self.wanted: OrderRequest | None = None
        self.told: OrderUpdate | None = None
        self.fills: Fills = NOTHING
        self.absence: Absence | None = None
        self.is_over = False  # the engine was told an end
        self.is_cancelling = self.is_modifying = self.is_valuing = False
        self.is_unwanted = False  # to be cancelled: if it has not left yet, it never does
        self.news = asyncio.Event()  # a row came, or an end was told

    @property
    def is_living(self) -> bool:
        """Whether anything may still become of it, as far as is known."""
        return not self.row.is_final if self.row else not self.is_over

    @property
    def is_stop(self) -> bool:
        """Its variety as the broker has it: as its newest row says, else as it was sent."""
        said = self.row.is_stop if self.row else None
        return self._was_sent_as_stop if said is None else said

    @property
    def is_absent(self) -> bool:
        """Whether it was proven not to be at the broker, and has not shown up since."""
        return self.told is not None and self.told.status is OrderStatus.ABSENT

    @property
    def is_stray(self) -> bool:
        """Whether it lives although the engine was told that it is over."""
        return self.is_over and self.row is not None and not self.row.is_final
