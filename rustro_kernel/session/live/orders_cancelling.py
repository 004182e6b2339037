"""Cancelling an order of the live desk: asked for as often as it takes.

The broker's success means receipt only, and its silence may mean anything; so each request is
followed by a wait for the order's end and, without one, by a look at the order. Asking twice does
no harm.
"""

import asyncio
from contextlib import suppress

from rustro_kernel.brokers.angelone.client import Client
from rustro_kernel.domain.orders import OrderStatus
from rustro_kernel.session.live import orders_writing
from rustro_kernel.session.live.desk_timings import DeskTimings
from rustro_kernel.session.live.orders_reading import Reading
from rustro_kernel.session.live.pace import Pace
from rustro_kernel.session.live.sent_order import Sent
from rustro_kernel.session.live.sent_orders import SentOrders


class Cancelling:
    """Carries out the cancellations of one desk."""

    def __init__(
        self,
        client: Client,
        orders: SentOrders,
        reading: Reading,
        pace: Pace,
        timings: DeskTimings,
    ) -> None:
        self._client, self._orders, self._reading = client, orders, reading
        self._pace, self._timings = pace, timings

    async def cancel(self, sent: Sent) -> None:
        """Cancel until the order is over or the broker refuses; waits until its id is known."""
        while sent.row is None and not sent.is_over:
            sent.news.clear()
            await sent.news.wait()
        wait_s = self._timings.confirm_s
        while sent.is_living and not await self._is_refused(sent, wait_s):
            wait_s = min(2 * wait_s, self._timings.confirm_max_s)
        sent.is_cancelling = False

    async def _is_refused(self, sent: Sent, wait_s: float) -> bool:
        """Ask once, and find out what became of it."""
        assert sent.row is not None
        order_id, is_stop = sent.row.order_id, sent.is_stop
        refusal = await orders_writing.cancel(self._client, order_id, is_stop=is_stop)
        if refusal is None:
            await self._confirmation(sent, wait_s)
        if sent.is_living:
            await self._reading.look(sent)
        if refusal is None or not sent.is_living:
            return False
        self._orders.refuse(sent, OrderStatus.CANCEL_REJECTED, *refusal)
        return True

    async def _confirmation(self, sent: Sent, wait_s: float) -> None:
        """Wait until the order is over, for so many seconds of the market."""
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s / self._pace.speed):
                while sent.is_living:
                    sent.news.clear()
                    await sent.news.wait()
