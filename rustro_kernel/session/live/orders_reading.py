"""Looking orders up: the order book while orders live, one order's details when asked.

The order stream may lose, delay and reorder what it says; this repairs it. A read that fails is
logged and nothing more: the next one comes.
"""

import asyncio
import logging
from contextlib import suppress

from rustro_kernel.brokers.angelone.books import order_book, order_details
from rustro_kernel.brokers.angelone.client import Client
from rustro_kernel.domain.errors import BrokerError
from rustro_kernel.session.live.desk_timings import DeskTimings
from rustro_kernel.session.live.orders_stream import OrdersStream
from rustro_kernel.session.live.pace import Pace
from rustro_kernel.session.live.sent_order import Sent
from rustro_kernel.session.live.sent_orders import SentOrders

log = logging.getLogger(__name__)


class Reading:
    """The reader of one desk's orders."""

    def __init__(
        self,
        client: Client,
        orders: SentOrders,
        stream: OrdersStream,
        pace: Pace,
        timings: DeskTimings,
    ) -> None:
        self._client, self._orders, self._stream = client, orders, stream
        self._pace, self._timings = pace, timings
        self._is_hurried = False

    def hurry(self) -> None:
        """Read the order book at once, if there is anything to look for."""
        self._is_hurried = True
        self._orders.bell.set()

    async def run(self) -> None:
        """Read the order book again and again while there is something to look for."""
        while True:
            await self._due()
            await self.read_book()

    async def _due(self) -> None:
        """Wait for the next order book: it comes sooner when an order is added meanwhile."""
        now_s = asyncio.get_running_loop().time
        begun_s = now_s()
        while True:
            self._orders.bell.clear()
            every_s = self._every_s()
            is_hurried, self._is_hurried = self._is_hurried, False
            left_s = begun_s + every_s / self._pace.speed - now_s() if every_s else None
            if left_s is not None and (is_hurried or left_s <= 0):
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(left_s):
                    await self._orders.bell.wait()
            begun_s = begun_s if every_s else now_s()

    async def read_book(self) -> bool:
        """Read the order book and hand in what it tells; whether it could be read."""
        asked_s = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(self._timings.read_s):
                rows = await order_book(self._client)
        except (BrokerError, TimeoutError) as exc:
            log.warning("order book: %r", exc)
            self._orders.unreadable()
            return False
        self._orders.book(rows, asked_s)
        return True

    async def look(self, sent: Sent) -> None:
        """Ask what became of one order: by its details, or by the book where it has no id yet."""
        unique_id = sent.row.unique_id if sent.row else ""
        if not unique_id:
            await self.read_book()
            return
        try:
            async with asyncio.timeout(self._timings.read_s):
                row = await order_details(self._client, unique_id)
        except (BrokerError, TimeoutError) as exc:
            log.warning("details of %s: %r", sent.tag, exc)
            return
        self._orders.learn([row] if row else [])

    def _every_s(self) -> float:
        """How long until the next book, in seconds of the market; 0: there is nothing to read."""
        timings, orders = self._timings, list(self._orders.all())
        if any(sent.is_living for sent in orders):
            is_blind = not self._stream.state.is_live or any(sent.absence for sent in orders)
            return timings.fast_s if is_blind else timings.every_s
        return timings.watch_s if any(sent.is_absent for sent in orders) else 0.0
