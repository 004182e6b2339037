"""Orders of a paper session: the paper broker on the market's time."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from rustro_kernel.brokers.paper import PaperBroker
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.domain.orders import OrderRequest, OrderUpdate, Side
from rustro_kernel.domain.settings import Paper
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.session.live.paper_desk import PaperDesk
from tests.make import CALL, ns, option
from tests.session.live.desks import SPEED
from tests.session.waiting import until

NOON = ns("12:00")
DOORS = [(0, False), (ns("09:15"), True), (NOON + 10 * SECOND, False)]


class HandPace:
    """Moves when a test says so; waits are so long that only bells end them."""

    speed = SPEED

    def __init__(self) -> None:
        self.ns = NOON

    def now_ns(self) -> int:
        return self.ns

    def wait_s(self, ts_ns: int) -> float:
        return max(0.0, (ts_ns - self.ns) / SECOND / SPEED)

    async def sleep(self, seconds: float) -> None:
        self.ns += round(seconds * SECOND)

    async def follow(self) -> None:
        """There is nothing to follow."""


class PaperBench:
    def __init__(self) -> None:
        self.pace, self.told = HandPace(), list[OrderUpdate]()
        self.broker = PaperBroker(Paper(latency_ms=100), 100_000_000)
        self.desk = PaperDesk(self.broker, self.pace, self._take, DOORS)
        self.desk.set_instruments([option(17_050)])

    def _take(self, body) -> None:
        self.told.append(body)

    def words(self) -> list[str]:
        return [update.status.value for update in self.told]

    def quote(self, ask=100, at_ns=0) -> None:
        self.desk.on_tick(
            Tick(CALL, self.pace.ns, ask * 100, bid=ask * 100 - 5, ask=ask * 100,
                 bid_qty=500, ask_qty=500),
            at_ns or self.pace.ns,
        )  # fmt: skip

    def order(self, tag="t1", limit=101) -> OrderRequest:
        return OrderRequest(tag, CALL, "X", Side.BUY, 50, limit * 100)


@pytest.fixture
async def b():
    async with running(PaperBench()) as made:
        yield made


@asynccontextmanager
async def running(made):
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(made.desk.run())
        yield made
        task.cancel()


async def test_an_order_fills_after_its_latency_and_not_before(b):
    b.quote()
    b.desk.place(b.order())
    b.pace.ns += SECOND // 20
    b.quote()
    assert b.words() == []
    b.pace.ns += SECOND // 10
    await until(b.words)
    assert b.words() == ["accepted", "open", "complete"]


async def test_a_resting_order_fills_at_a_quote_and_is_told_after_it(b):
    b.quote()
    b.desk.place(b.order(limit=90))
    b.pace.ns += SECOND
    await until(b.words)
    assert b.words() == ["accepted", "open"]
    b.quote(ask=89)
    assert b.words() == ["accepted", "open"]  # the engine hears of the quote first
    await until(lambda: len(b.told) > 2)
    assert b.words()[-1] == "complete"


async def test_a_cancellation_reaches_the_exchange_too(b):
    b.quote()
    b.desk.place(b.order(limit=90))
    b.desk.cancel("t1")
    b.pace.ns += SECOND
    await until(lambda: len(b.told) > 2)
    assert b.words() == ["accepted", "open", "cancelled"]


async def test_a_change_reaches_the_exchange_too(b):
    b.quote()
    b.desk.place(b.order(limit=90))
    b.desk.modify(b.order(limit=100))
    b.pace.ns += SECOND
    await until(lambda: len(b.told) > 2)
    assert b.words() == ["accepted", "open", "complete"]


async def test_what_arrived_before_the_close_found_the_market_open(b):
    b.quote()
    b.pace.ns = DOORS[-1][0] - SECOND // 5
    b.desk.place(b.order())
    b.pace.ns += SECOND
    b.desk.place(b.order("t2"))
    b.pace.ns += SECOND
    await until(lambda: len(b.told) == 5)
    assert b.words() == ["accepted", "open", "complete", "accepted", "rejected"]
    assert b.told[-1].code == "MARKET_CLOSED"


async def test_time_never_goes_back_for_the_broker(b):
    b.pace.ns += SECOND
    b.quote(at_ns=NOON + 3 * SECOND)
    b.desk.place(b.order())
    b.pace.ns = NOON + 3 * SECOND  # its latency is counted from the latest moment seen
    b.quote()
    assert b.broker.next_due_ns() == NOON + 3 * SECOND + SECOND // 10


def test_no_client_is_within_reach():
    """Walk everything a paper desk holds: nothing of it is of a broker's client."""
    seen, left = set(), [PaperBench().desk]
    while left:
        one = left.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        module = type(one).__module__
        assert not module.startswith(("aiohttp", "rustro_kernel.brokers.angelone")), module
        if module.startswith("rustro_kernel"):
            slots = [getattr(one, name, None) for name in getattr(type(one), "__slots__", ())]
            left += [*getattr(one, "__dict__", {}).values(), *slots]
        elif isinstance(one, dict):
            left += one.values()
        elif isinstance(one, list | tuple | set):
            left += one
