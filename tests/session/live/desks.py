"""A live desk at a simulated exchange on a port, both on one loop and sixty times as fast."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise

from msgspec.structs import replace

from rustro_kernel.brokers.angelone.auth import Login
from rustro_kernel.brokers.angelone.client import Client
from rustro_kernel.brokers.angelone.forms import Credentials
from rustro_kernel.brokers.angelone.rest import Rest
from rustro_kernel.brokers.angelone.stream_state import StreamSettings
from rustro_kernel.brokers.angelone.turnstile import Turnstile
from rustro_kernel.brokers.angelone.wire import Wire
from rustro_kernel.domain.market_time import SECOND, at
from rustro_kernel.domain.orders import FINAL, OrderRequest, OrderStatus, OrderUpdate, Side
from rustro_kernel.domain.redaction import Redaction
from rustro_kernel.engine.effects import LeftOrder, TakeOver
from rustro_kernel.session.live.broker_desk import BrokerDesk
from rustro_kernel.session.live.desk_timings import DeskTimings
from rustro_kernel.simulator.exchange import MarketClock, Server
from tests.brokers.angelone.rest_broker import QUICK as NO_LIMITS
from tests.session.waiting import until
from tests.simulator.exchange.make import ACCOUNT, DATE, exchange, listed

SPEED = 60.0
REFUSED = (OrderStatus.CANCEL_REJECTED, OrderStatus.MODIFY_REJECTED)
TIMINGS = DeskTimings(
    absent_s=0.1, read_s=2.0, value_s=2.0, relogin_s=0.01, relogin_max_s=0.05
)  # fmt: skip
STREAM = StreamSettings(
    ping_interval_s=10 * SPEED, pong_timeout_s=5 * SPEED, backoff_s=(0.005,), turn_s=0.01,
    close_timeout_s=0.05, max_reconnects_per_min=1000,
)  # fmt: skip
CREDENTIALS = Credentials(ACCOUNT.client, ACCOUNT.pin, ACCOUNT.api_key, ACCOUNT.totp_seed)
ENDS = {"complete": "complete", "cancelled": "cancelled", "rejected": "rejected"}


class ServersPace:
    """The pace of an exchange in this process."""

    speed = SPEED

    def __init__(self, clock: MarketClock) -> None:
        self._clock = clock

    def now_ns(self) -> int:
        return self._clock.now_ns()

    def wait_s(self, ts_ns: int) -> float:
        return self._clock.wait_s(ts_ns)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / SPEED)

    async def follow(self) -> None:
        """There is nothing to follow."""


class DeskBench:
    """A desk, what it told, and the exchange it deals with."""

    def __init__(self, server: Server, client: Client, timings: DeskTimings) -> None:
        self.server, self.exchange, self.client = server, server.exchange, client
        self.told: list[OrderUpdate] = []
        self.pace = ServersPace(server.clock)
        url = f"{server.url.replace('http', 'ws')}/smart-order-update"
        key = ACCOUNT.api_key
        self.desk = BrokerDesk(
            client, url, key, self.pace, self._take, timings=timings, stream=STREAM
        )
        self.desk.set_instruments(self.exchange.day.market.instruments())
        self.option = listed(self.exchange)
        self.tags: list[str] = []
        self.asked: dict[str, OrderRequest] = {}

    def _take(self, body) -> None:
        assert isinstance(body, OrderUpdate)
        self.told.append(body)

    def order(self, tag="t1", lots=1, side=Side.BUY, *, rests=False, limit=0) -> OrderRequest:
        """A marketable order, or one far from the market."""
        tick, lot = self.option.instrument.tick, self.option.instrument.lot
        quote = self.exchange.day.snapshot(self.option, self.pace.now_ns())
        bid, ask = (rows[0].price if rows else quote.ltp for rows in (quote.bids, quote.asks))
        near, far = (ask, bid * 8 // 10) if side is Side.BUY else (bid, ask * 12 // 10)
        price = limit or (far if rests else near + (200 if side is Side.BUY else -200))
        return OrderRequest(
            tag, self.option.instrument.key, self.option.symbol, side, lots * lot,
            price // tick * tick,
        )  # fmt: skip

    def take_over(self, *tags: str) -> None:
        """The desk goes on where a process ended that had sent these orders."""
        self.tags += tags
        left = tuple(LeftOrder(tag, 0, 0, is_over=False) for tag in tags)
        self.desk.take_over(TakeOver(left, (), {}, 0))

    def place(self, tag="t1", lots=1, side=Side.BUY, *, rests=False, limit=0) -> None:
        self.sent(self.order(tag, lots, side, rests=rests, limit=limit))

    def stop(self, tag="stop", lots=1, below=3000, room=500) -> OrderRequest:
        """A stop for what is held: its trigger and limit so many paise below the bid."""
        order = self.order(tag, lots, Side.SELL)
        trigger = (self.bid - below) // 5 * 5
        return replace(order, limit_paise=trigger - room // 5 * 5, trigger_paise=trigger)

    @property
    def bid(self) -> int:
        quote = self.exchange.day.snapshot(self.option, self.pace.now_ns())
        assert quote.bids
        return quote.bids[0].price

    def sent(self, order: OrderRequest) -> OrderRequest:
        self.tags.append(order.tag)
        self.asked[order.tag] = order
        self.desk.place(order)
        return order

    def shows(self, order: OrderRequest) -> bool:
        """Whether the exchange has the order on these terms, with nothing under way."""
        there = self.at_exchange(order.tag)[0]
        terms = there.form.quantity, there.form.price, there.form.trigger
        wanted = order.quantity, order.limit_paise, order.trigger_paise
        return terms == wanted and there.status in ("open", "trigger pending")

    def said(self, tag="t1") -> list[str]:
        return [update.status.value for update in self.told if update.tag == tag]

    def last(self, tag="t1") -> OrderUpdate | None:
        """The last word on an order; a refused cancellation or change is none."""
        words = [u for u in self.told if u.tag == tag and u.status not in REFUSED]
        return words[-1] if words else None

    def is_over(self, tag="t1") -> bool:
        last = self.last(tag)
        return last is not None and last.status in FINAL

    def at_exchange(self, tag="t1"):
        """The exchange's orders of a tag."""
        return [order for order in self.exchange.day.desk if order.form.tag == tag]

    def agrees(self) -> bool:
        """Whether the desk's last words are the exchange's truth."""
        return all(self._agrees(tag) for tag in self.tags)

    def _agrees(self, tag: str) -> bool:
        last, orders = self.last(tag), self.at_exchange(tag)
        if last is None or not orders:
            never = (OrderStatus.ABSENT, OrderStatus.REJECTED, OrderStatus.CANCELLED)
            return last is not None and last.status in never and not last.filled
        order = orders[0]
        if (last.broker_id, last.filled, last.value_paise) != (order.id, order.filled, order.value):
            return False
        if order.status in ENDS:
            return last.status.value == ENDS[order.status]
        return last.status.value in (("partial",) if order.filled else ("accepted", "open"))

    async def settled(self) -> None:
        """Wait until both sides agree, and check what must never have happened."""
        await until(self.agrees)
        for tag in self.tags:
            assert len(self.at_exchange(tag)) <= 1, f"{tag} is at the exchange twice"
            words = [u for u in self.told if u.tag == tag and u.status not in REFUSED]
            assert [u.filled for u in words] == sorted(u.filled for u in words)
            assert all(u.status is not OrderStatus.UNKNOWN for u in words[1:]), words
            twice = [one for one, two in pairwise(words) if one == two]
            assert all(one.status in FINAL for one in twice), twice  # an end is told when asked
        assert self.exchange.day.pit.portfolio.violations["duplicate_tag"] == 0


@asynccontextmanager
async def connected(
    server: Server, *, may_order: bool = True, order_timeout_s: float = 0.4, url: str = ""
):
    """A client of the server's account (at `url`), without rate limits of its own."""
    pace, loop = ServersPace(server.clock), asyncio.get_running_loop()
    async with Rest(url or server.url, ACCOUNT.api_key, Redaction(), may_order=may_order) as rest:
        wire = Wire(rest, Turnstile(lambda: round(loop.time() * SECOND), NO_LIMITS))
        login = Login(wire, CREDENTIALS, pace, pace.sleep)
        yield Client(wire, login, pace.sleep, order_timeout_s)


@asynccontextmanager
async def bench(
    script: str = "", *, timings: DeskTimings = TIMINGS, may_order: bool = True, **habits
) -> AsyncIterator[DeskBench]:
    """A running desk whose order stream is open."""
    server = Server(exchange(script, **habits), MarketClock(at(DATE, "10:00:00"), SPEED))
    async with (
        server,
        connected(server, may_order=may_order) as client,
        at_desk(server, client, timings) as made,
    ):
        yield made


@asynccontextmanager
async def at_desk(
    server: Server, client: Client, timings: DeskTimings = TIMINGS
) -> AsyncIterator[DeskBench]:
    """A running desk of this client whose order stream is open."""
    async with asyncio.TaskGroup() as tasks:
        made = DeskBench(server, client, timings)
        running = tasks.create_task(made.desk.run())
        await until(lambda: made.desk.stream_state.is_live)
        yield made
        running.cancel()


def foreign(b: DeskBench, tag: str, *, rests: bool = True) -> None:
    """An order that did not come from this desk, whatever tag it carries."""
    order = b.order(tag, rests=rests)
    exchange, _, token = order.instrument.partition(":")
    body = {
        "variety": "NORMAL", "ordertype": "LIMIT", "producttype": "CARRYFORWARD",
        "duration": "DAY", "exchange": exchange, "symboltoken": token,
        "tradingsymbol": order.symbol, "transactiontype": order.side.value,
        "price": order.limit_paise / 100, "quantity": order.quantity, "ordertag": tag,
    }  # fmt: skip
    answer = b.exchange.day.desk.place(body, b.pace.now_ns())
    assert "orderid" in answer, answer
