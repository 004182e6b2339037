"""The live desk: the only place from which a session's orders leave for Angel One.

A tag is sent at most once. Where the outcome of a write is unknown the order is looked up, by
order stream and order book, until it is found or proven absent (`orders_absence`).
"""

import asyncio
import logging
from collections.abc import Coroutine, Iterable
from typing import Any, NamedTuple

from rustro_kernel.brokers.angelone.client import Client
from rustro_kernel.brokers.angelone.order_rows import OrderRow
from rustro_kernel.brokers.angelone.orders_api import Placed
from rustro_kernel.brokers.angelone.routes import Group
from rustro_kernel.brokers.angelone.stream_state import StreamSettings, StreamState
from rustro_kernel.domain.instruments import Instrument, InstrumentKey
from rustro_kernel.domain.orders import OrderRequest, OrderStatus, OrderUpdate
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine.effects import TakeOver
from rustro_kernel.session.live import orders_writing
from rustro_kernel.session.live.desk import Take
from rustro_kernel.session.live.desk_timings import DeskTimings
from rustro_kernel.session.live.orders_absence import Absence
from rustro_kernel.session.live.orders_cancelling import Cancelling
from rustro_kernel.session.live.orders_modifying import Modifying
from rustro_kernel.session.live.orders_positions import report_positions
from rustro_kernel.session.live.orders_reading import Reading
from rustro_kernel.session.live.orders_stream import OrdersStream
from rustro_kernel.session.live.orders_unlisted import Unlisted
from rustro_kernel.session.live.orders_values import Values, settled
from rustro_kernel.session.live.pace import Pace
from rustro_kernel.session.live.sent_order import Sent
from rustro_kernel.session.live.sent_orders import SentOrders

log = logging.getLogger(__name__)


class DeskLoad(NamedTuple):
    """What the desk is busy with, for health."""

    living: int
    unknown: int
    waiting: int  # writes in front of the rate limit
    free_in_s: float  # until one more write may leave


class BrokerDesk:
    """Implements `Desk` over an open client that may order; `run` must be running.

    Args:
        client: Of the account.
        stream_url: Of the order stream.
        api_key: The order stream wants it.
        pace: The market's time.
        take: Hands updates in.
        timings: How long to wait.
        stream: Settings of the order stream's connection.
    """

    def __init__(
        self,
        client: Client,
        stream_url: str,
        api_key: str,
        pace: Pace,
        take: Take,
        *,
        timings: DeskTimings | None = None,
        stream: StreamSettings | None = None,
    ) -> None:
        self._client, self._take = client, take
        self._timings = timings = timings or DeskTimings()
        unlisted = Unlisted(timings, lambda sent: self._spawn(self._reading.look(sent)))
        self._orders = SentOrders(take, self._settle, self._begin_to_cancel, unlisted)
        self._stream = OrdersStream(stream_url, api_key, client.login, pace, timings, stream)
        self._reading = Reading(client, self._orders, self._stream, pace, timings)
        self._cancelling = Cancelling(client, self._orders, self._reading, pace, timings)
        self._modifying = Modifying(client, self._orders, self._reading, pace, timings)
        self._values = Values(client, timings.value_s)
        self._instruments: dict[InstrumentKey, Instrument] = {}
        self._tasks: asyncio.TaskGroup | None = None

    @property
    def load(self) -> DeskLoad:
        """How busy it is."""
        sent = list(self._orders.all())
        load = next(x for x in self._client.wire.turnstile.loads() if x.group is Group.ORDERS)
        living, unknown = sum(s.is_living for s in sent), sum(bool(s.absence) for s in sent)
        return DeskLoad(living, unknown, load.waiting, load.free_in_s)

    @property
    def stream_state(self) -> StreamState:
        """How the order stream stands."""
        return self._stream.state

    def place(self, order: OrderRequest) -> None:
        """Send an order whose tag was never sent; of another one tell what is known."""
        if sent := self._orders.of(order.tag):
            log.error("an order with tag %s was sent before; it is not sent again", order.tag)
            self._orders.repeat(sent)
        else:
            self._spawn(self._send(self._orders.add(order.tag, is_stop=order.is_stop), order))

    def modify(self, order: OrderRequest) -> None:
        """Change an order as soon as the broker is known to have it, and until it shows it.

        A newer change takes the place of an older one. One that is being cancelled is not changed.
        """
        refused, sent = OrderStatus.MODIFY_REJECTED, self._orders.of(order.tag)
        if sent is None:
            self._refuse_unknown(order.tag, refused)
        elif sent.is_over:
            self._orders.repeat(sent)
        elif sent.is_cancelling:
            self._orders.refuse(sent, refused, "CANCELLING", "the order is being cancelled")
        elif sent.wanted != order:
            sent.wanted = order
            sent.news.set()
            if not sent.is_modifying:
                sent.is_modifying = True
                self._spawn(self._modifying.modify(sent))

    def cancel(self, tag: str) -> None:
        """Cancel an order as soon as the broker is known to have it."""
        sent = self._orders.of(tag)
        if sent is None:
            self._refuse_unknown(tag, OrderStatus.CANCEL_REJECTED)
        elif sent.is_over:
            self._orders.repeat(sent)
        else:
            self._begin_to_cancel(sent)

    def on_tick(self, tick: Tick, now_ns: int) -> None:
        """Quotes are nothing to this desk."""

    def set_instruments(self, instruments: Iterable[Instrument]) -> None:
        """Learn lots and ticks: they tell what fills cost."""
        self._instruments.update((each.key, each) for each in instruments)

    def take_over(self, left: TakeOver) -> None:
        """Look up every order an earlier process sent; what was over may have filled since."""
        self.set_instruments(left.instruments)
        for tag in (order.tag for order in left.orders):
            if self._orders.of(tag) is None:
                self._look_for(self._orders.add(tag))

    def report_positions(self) -> None:
        """Hand in what the account holds."""
        self._spawn(report_positions(self._client, self._take, self._timings.read_s))

    def renewed(self, reason: str) -> None:
        """The tokens were renewed: open the order stream with the new ones."""
        self._stream.rebuild(reason)

    async def run(self) -> None:
        """Order stream, order book, and every write that is on its way."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            self._spawn(self._stream.run(self._orders.learn, self._reading.hurry))
            self._spawn(self._reading.run())

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        assert self._tasks is not None, "the desk is not running"
        self._tasks.create_task(work)

    async def _send(self, sent: Sent, order: OrderRequest) -> None:
        said = await orders_writing.place(self._client, order, lambda: not sent.is_unwanted)
        if isinstance(said, Placed):
            accepted = OrderStatus.ACCEPTED
            ids = OrderRow(said.broker_id, accepted, "", sent.tag, said.unique_id)
            self._orders.learn([ids])
        elif sent.row is None:  # what the order stream has brought by now is worth more
            self._orders.say(sent, said)
            if said.status is OrderStatus.UNKNOWN:
                self._look_for(sent)

    def _refuse_unknown(self, tag: str, status: OrderStatus) -> None:
        words = f"no order was sent with tag {tag}"
        self._take(OrderUpdate(tag, status, code="UNKNOWN_ORDER", message=words))

    def _look_for(self, sent: Sent) -> None:
        """Nobody knows whether the broker has this order: find it, or prove that it is absent."""
        sent.absence = Absence(asyncio.get_running_loop().time(), self._timings)
        self._reading.hurry()

    def _begin_to_cancel(self, sent: Sent) -> None:
        sent.is_unwanted, sent.wanted = True, None
        sent.news.set()
        if not sent.is_cancelling:
            sent.is_cancelling = True
            self._spawn(self._cancelling.cancel(sent))

    def _settle(self, sent: Sent) -> None:
        """Settle what an order's newest fills cost, at once or with the trade book's help."""
        assert sent.row is not None
        if fills := settled(sent.row, self._instruments):
            sent.fills = fills
            self._orders.tell(sent)
        elif not sent.is_valuing:
            sent.is_valuing = True
            self._spawn(self._ask_value(sent, sent.row))

    async def _ask_value(self, sent: Sent, row: OrderRow) -> None:
        sent.fills = await self._values.of(row)
        sent.is_valuing = False
        self._orders.tell(sent)
        if not sent.fills.is_exact:
            self._orders.revalue(sent, await self._values.exact(row))
