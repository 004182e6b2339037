"""The sale itself, against the simulated exchange: over real sockets, with its faults."""

import asyncio
import dataclasses
from collections import Counter
from contextlib import asynccontextmanager

import pytest
from msgspec.structs import replace

from rustro_kernel.brokers.angelone import orders_api
from rustro_kernel.domain.market_time import SECOND, at
from rustro_kernel.domain.orders import OrderRequest, Side
from rustro_kernel.domain.rules import PriceBand
from rustro_kernel.session.live.desk_timings import DeskTimings
from rustro_kernel.simulator.exchange import MarketClock, Server
from rustro_kernel.simulator.exchange.order import FINAL
from rustro_kernel.supervision.selling.ours import HEAD, Ours
from rustro_kernel.supervision.selling.seller import Contract, Seller
from tests.session.live.desks import ServersPace, connected
from tests.session.waiting import until
from tests.simulator.exchange.make import DATE, exchange, listed

SESSION, TAG, ENTRY = "2026-09-09-live-main-1", "0123456789abcdef0", "fedcba98765432100"
SHORT = DeskTimings(absent_s=0.3, read_s=2.0)
SPEED = 20.0


class Bench:
    """An account with one session's units in it."""

    def __init__(self, server, client):
        self.server, self.exchange, self.client = server, server.exchange, client
        self.pace, self.option = ServersPace(server.clock), listed(server.exchange)
        self.told: list[str] = []
        self.timings = SHORT

    @property
    def lot(self):
        return self.option.instrument.lot

    @property
    def net(self):
        held = self.exchange.day.pit.portfolio.positions.values()
        return {p.listed.symbol: p.net for p in held if p.net}

    @property
    def ours(self):
        key = self.option.instrument.key
        return Ours(
            SESSION,
            {key: self.option.symbol},
            (TAG, ENTRY),
            frozenset({TAG[:HEAD], ENTRY[:HEAD]}),
        )

    def order(self, tag, lots, side, offset):
        quote = self.exchange.day.snapshot(self.option, self.pace.now_ns())
        price = (quote.asks if side is Side.BUY else quote.bids)[0].price + offset
        key, symbol = self.option.instrument.key, self.option.symbol
        return OrderRequest(tag, key, symbol, side, lots * self.lot, price // 5 * 5)

    async def buy(self, tag=TAG, lots=1):
        order = self.order(tag, lots, Side.BUY, 500)
        await orders_api.place(self.client, order)
        await until(lambda: any(o.status == "complete" for o in self.tagged(tag)))

    async def rest(self, tag, lots=1):
        """A purchase far from the market."""
        await orders_api.place(self.client, self.order(tag, lots, Side.BUY, -2000))
        await until(lambda: any(o.status == "open" for o in self.tagged(tag)))

    async def protect(self, tag=f"{TAG}9"):
        order = self.order(tag, 1, Side.SELL, -2500)
        stop = replace(order, trigger_paise=order.limit_paise + 500)
        await orders_api.place(self.client, stop)
        await until(lambda: any(o.status == "trigger pending" for o in self.tagged(tag)))

    def tagged(self, tag):
        return [order for order in self.exchange.day.desk if order.form.tag == tag]

    @property
    def sales(self):
        mine = (TAG[:HEAD], ENTRY[:HEAD])
        orders = self.exchange.day.desk
        return [o for o in orders if o.form.side is Side.SELL and o.form.tag[:HEAD] not in mine]

    def seller(self, ours=None):
        band = PriceBand(5000, 2000, 4000, 2000)
        contract = Contract(tick=5, freeze=1800, band=band, product="CARRYFORWARD")
        pace, client = self.pace, self.client
        return Seller(client, ours or self.ours, contract, pace, self.told.append, self.timings)

    async def sold(self, ours=None, close="15:40:00"):
        async with asyncio.timeout(30):
            return await self.seller(ours).sell(at(DATE, close))

    def check(self):
        """What must never have happened."""
        assert self.exchange.day.pit.portfolio.violations == Counter()
        tags = Counter(order.form.tag for order in self.exchange.day.desk if order.form.tag)
        assert [tag for tag, n in tags.items() if n > 1] == []


@asynccontextmanager
async def bench(script="", **habits):
    server = Server(exchange(script, **habits), MarketClock(at(DATE, "10:20:00"), SPEED))
    async with server, connected(server) as client:
        made = Bench(server, client)
        yield made
        made.check()


async def test_what_is_held_is_sold_and_the_broker_is_asked_whether_it_is_true():
    async with bench() as b:
        await b.buy(lots=2)
        sold = await b.sold()
        assert (sold.is_flat, sold.left, sold.sales) == (True, {}, 1)
        assert b.net == {}


async def test_foreign_units_and_orders_are_left_alone():
    async with bench() as b:
        await b.buy(lots=1)
        await b.buy("somebody", lots=3)
        await b.rest("elses")
        assert (await b.sold()).is_flat
        assert b.net == {b.option.symbol: 3 * b.lot}
        assert [order.status for order in b.tagged("elses")] == ["open"]


async def test_our_pending_orders_are_over_before_anything_is_sold():
    async with bench() as b:
        await b.buy()
        await b.protect()
        await b.rest(ENTRY)
        assert (await b.sold()).is_flat
        assert b.net == {}
        ended = [o.status for tag in (f"{TAG}9", ENTRY) for o in b.tagged(tag)]
        assert ended == ["cancelled", "cancelled"]
        assert [order for order in b.exchange.day.desk if order.status not in FINAL] == []


async def test_a_session_that_holds_nothing_is_flat_without_a_sale():
    async with bench() as b:
        await b.rest(ENTRY)
        sold = await b.sold()
        assert (sold.is_flat, sold.sales) == (True, 0)


@pytest.mark.parametrize(
    "what",
    [
        'what = "timeout_after_accept"',
        'what = "drop"',
        'what = "drop"\naccept = true',
        'what = "html_502"',
        'what = "html_502"\naccept = true',
        'what = "kill"\nbyte = 30',
        'what = "reject"\nreason = "no"\n',
    ],
)
async def test_a_sale_whose_answer_is_lost_is_looked_up_and_never_sent_twice(what):
    on = "order" if "reject" in what else "placeOrder"
    script = f'[[fault]]\n{what}\non = "{on}"\nnth = 2\n'
    async with bench(script) as b:
        await b.buy()
        sold = await b.sold()
        assert (sold.is_flat, b.net) == (True, {})
        traded = [order for order in b.sales if order.filled]
        assert [order.filled for order in traded] == [b.lot]


async def test_a_sale_that_was_lost_is_sent_again_only_when_it_must_be_in_a_book():
    async with bench('[[fault]]\nwhat = "drop"\non = "placeOrder"\nnth = 2\n') as b:
        b.timings = dataclasses.replace(SHORT, absent_s=1.5)  # longer than the rest after a refusal
        await b.buy()
        assert (await b.sold()).sales == 2
        (sale,) = b.sales
        lost_ns = at(DATE, b.exchange.faults.log[0].at)  # in whole seconds
        assert sale.placed_ns - lost_ns >= b.timings.absent_s * SPEED * SECOND


@pytest.mark.parametrize("route", ["getOrderBook", "getPosition", "quote", "cancelOrder"])
async def test_a_broker_that_fails_for_a_while_is_asked_again(route):
    script = f'[[fault]]\nwhat = "html_502"\non = "{route}"\ntimes = 4\n'
    async with bench(script) as b:
        await b.buy()
        await b.protect()
        assert (await b.sold()).is_flat
        assert b.net == {}


async def test_a_second_seller_goes_on_where_the_first_was_killed():
    async with bench() as b:
        await b.buy(lots=2)
        first = asyncio.create_task(b.seller().sell(at(DATE, "15:40:00")))  # noqa: TID251
        await until(lambda: b.sales)
        first.cancel()
        await asyncio.wait([first])
        sold = await b.sold()
        assert (sold.is_flat, b.net) == (True, {})
        assert sum(order.filled for order in b.sales) == 2 * b.lot


async def test_a_sale_the_session_sent_last_and_no_book_shows_yet_is_not_made_twice():
    slow = '[[fault]]\nwhat = "delay"\non = "quote"\nnth = 1\ndelay_s = 0.15\n'
    async with bench(slow) as b:
        await b.buy()
        selling = asyncio.create_task(b.sold())  # noqa: TID251
        await until(lambda: b.exchange.faults.log)
        await orders_api.place(b.client, b.order(f"{TAG}8", 1, Side.SELL, -500))
        sold = await selling
        assert (sold.is_flat, sold.sales, b.net) == (True, 0, {})


async def test_a_session_that_sold_too_much_is_not_called_flat():
    async with bench() as b:
        await b.buy()
        for number in (7, 8):
            await orders_api.place(b.client, b.order(f"{TAG}{number}", 1, Side.SELL, -500))
        sold = await b.sold()
        assert (sold.is_flat, sold.sales, b.net) == (False, 0, {b.option.symbol: -b.lot})
        words = f"{b.lot} of {b.option.symbol} too many were sold: buy them back at the broker"
        assert sold.problem == words
        b.exchange.day.pit.portfolio.violations.clear()  # it was meant here


async def test_what_the_close_leaves_is_told():
    async with bench() as b:
        await b.buy()
        sold = await b.sold(close="10:20:00")
        assert not sold.is_flat
        assert sold.left == {b.option.instrument.key: b.lot}
        assert "the market has closed" in sold.problem
