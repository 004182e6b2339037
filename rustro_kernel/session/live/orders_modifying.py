"""Changing an order of the live desk: asked for until the order shows it.

The broker's success means receipt only, and its silence may mean anything; so each request is
followed by a wait for a row that shows the change and, without one, by a look at the order. Asking
twice does no harm. A newer change takes the place of an older one; a cancellation ends them all.
"""

import asyncio
from contextlib import suppress

from rustro_kernel.brokers.angelone.client import Client
from rustro_kernel.brokers.angelone.orders_api import Placed
from rustro_kernel.domain.orders import OrderRequest, OrderStatus, OrderUpdate
from rustro_kernel.session.live import orders_writing
from rustro_kernel.session.live.desk_timings import DeskTimings
from rustro_kernel.session.live.orders_reading import Reading
from rustro_kernel.session.live.pace import Pace
from rustro_kernel.session.live.sent_order import Sent
from rustro_kernel.session.live.sent_orders import SentOrders

PENDING = "modify pending"
NOT_DONE = "the broker took the change and did not make it"


class Modifying:
    """Carries out the changes of one desk."""

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

    async def modify(self, sent: Sent) -> None:
        """Change it to what is wanted, always the newest wish; waits until its id is known."""
        while sent.wanted and sent.row is None and not sent.is_over:
            sent.news.clear()
            await sent.news.wait()
        while sent.is_living and (order := sent.wanted):
            await self._change(sent, order)
        sent.wanted, sent.is_modifying = None, False

    async def _change(self, sent: Sent, order: OrderRequest) -> None:
        """Ask until it shows, is over, is not wanted any more, or will not be done."""
        wait_s, answers = self._timings.confirm_s, Answers(self._timings.changes)
        while _is_open(sent, order):
            assert sent.row is not None
            heard = sent.heard
            said = await orders_writing.modify(
                self._client, sent.row.order_id, order, lambda: sent.wanted is order
            )
            if not _is_refused(said):
                await self._news(sent, order, heard, wait_s)
            is_seen = not _shows(sent, order, heard) and await self._is_seen(sent, order)
            if _shows(sent, order, heard):
                sent.wanted = None if sent.wanted is order else sent.wanted
            elif _is_open(sent, order) and answers.is_no(said, is_seen=is_seen):
                sent.wanted = None
                self._orders.refuse(sent, OrderStatus.MODIFY_REJECTED, *_words(sent, said))
            elif _is_refused(said):
                await self._news(sent, order, heard, wait_s)
            wait_s = min(2 * wait_s, self._timings.confirm_max_s)

    async def _is_seen(self, sent: Sent, order: OrderRequest) -> bool:
        """Look at the order; whether it could be seen, with no change under way."""
        heard = sent.heard
        if _is_open(sent, order):
            await self._reading.look(sent)
        assert sent.row is not None
        return sent.heard > heard and sent.row.words != PENDING

    async def _news(self, sent: Sent, order: OrderRequest, heard: int, wait_s: float) -> None:
        """Wait until there is nothing more to ask for, for so many seconds of the market."""
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s / self._pace.speed):
                while _is_open(sent, order) and not _shows(sent, order, heard):
                    sent.news.clear()
                    await sent.news.wait()


class Answers:
    """What the broker's answers to one wish amount to, while the order is seen as it was.

    A refusal is certain only if nothing asked before may still be on its way; what was taken and
    not done, `most` times, will not be done.
    """

    def __init__(self, most: int) -> None:
        self._most, self._vain, self._is_clear = most, 0, True

    def is_no(self, said: Placed | OrderUpdate, *, is_seen: bool) -> bool:
        """Whether the answer to the newest request, and a look at the order, amount to a no."""
        if not isinstance(said, Placed) and not _is_refused(said):
            self._is_clear = False
            return False
        self._vain += is_seen
        is_certain = _is_refused(said) and self._is_clear and is_seen
        return is_certain or self._vain >= self._most


def _words(sent: Sent, said: Placed | OrderUpdate) -> tuple[str, str]:
    """The broker's code and words of a no."""
    if isinstance(said, OrderUpdate):
        return said.code, said.message
    reason = sent.row.text if sent.row else ""
    return "NOT_DONE", f"{NOT_DONE}: {reason or 'no reason given'}"


def _is_refused(said: Placed | OrderUpdate) -> bool:
    return isinstance(said, OrderUpdate) and said.status is OrderStatus.MODIFY_REJECTED


def _is_open(sent: Sent, order: OrderRequest) -> bool:
    """Whether this change is still to be made."""
    return sent.wanted is order and sent.is_living


def _shows(sent: Sent, order: OrderRequest, heard: int) -> bool:
    """Whether a row that came after the first `heard` has the order as it is wanted."""
    row = sent.row
    if row is None or sent.heard == heard or row.words == PENDING:
        return False
    is_same = (row.quantity, row.limit_paise) == (order.quantity, order.limit_paise)
    return is_same and row.trigger_paise in (0, order.trigger_paise)
