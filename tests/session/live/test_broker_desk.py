"""The live desk at an exchange where nothing goes wrong."""

import pytest

from rustro_kernel.brokers.angelone.routes import Group
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.domain.orders import OrderStatus, Side
from tests.session.live.desks import bench, foreign
from tests.session.waiting import until


async def test_an_order_is_told_from_acceptance_to_its_fills():
    async with bench() as b:
        b.place()
        await until(b.is_over)
        await b.settled()
        assert b.said()[-1] == "complete"
        assert b.last().broker_id == b.at_exchange()[0].id


async def test_orders_of_many_fills_are_told_with_their_exact_value():
    async with bench() as b:
        for number in range(4):
            b.place(f"t{number}", lots=27)
        await until(lambda: any(len(o.fills) > 1 for o in b.exchange.day.desk))
        await b.settled()


async def test_a_resting_order_is_cancelled_and_cancelling_it_again_repeats_the_end():
    async with bench() as b:
        b.place(rests=True)
        await until(lambda: "open" in b.said())
        b.desk.cancel("t1")
        b.desk.cancel("t1")
        await until(b.is_over)
        await b.settled()
        assert b.said()[-2:] == ["open", "cancelled"]
        b.desk.cancel("t1")
        assert b.said()[-2:] == ["cancelled", "cancelled"]
        assert b.exchange.requests["cancelOrder"] == 1


async def test_a_tag_is_never_sent_twice(caplog):
    async with bench() as b:
        b.place()
        await until(b.is_over)
        b.place()
        assert b.said()[-2:] == ["complete", "complete"]
        assert "was sent before" in caplog.text
        b.place("t2")
        await until(lambda: b.is_over("t2"))
        assert b.exchange.requests["placeOrder"] == 2


async def test_a_business_refusal_is_told_with_the_brokers_code_and_words():
    async with bench() as b:
        b.place(limit=100_000)  # far outside the price band
        await until(b.is_over)
        last = b.last()
        assert (last.status, last.code) == (OrderStatus.REJECTED, "AB1007")
        assert "price protection" in last.message
        await b.settled()


async def test_a_refusal_that_comes_later_is_told_with_its_words():
    async with bench('[[fault]]\nwhat = "reject"\non = "order"\nreason = "RMS: no"') as b:
        b.place()
        await until(b.is_over)
        assert (b.last().status, b.last().message) == (OrderStatus.REJECTED, "RMS: no")
        await b.settled()


async def test_a_client_that_may_not_order_sends_nothing():
    async with bench(may_order=False) as b:
        b.place()
        await until(b.is_over)
        assert (b.last().status, b.last().code) == (OrderStatus.REJECTED, "R202")
        assert b.exchange.requests["placeOrder"] == 0


async def test_cancelling_what_was_never_sent_is_refused():
    async with bench() as b:
        b.desk.cancel("t1")
        assert b.told[0].status is OrderStatus.CANCEL_REJECTED
        assert b.told[0].code == "UNKNOWN_ORDER"


async def test_a_cancellation_waits_for_the_order_in_flight():
    slow = '[[fault]]\nwhat = "delay"\non = "placeOrder"\ndelay_s = 0.1'
    quiet = '[[fault]]\nwhat = "drop"\non = "order_update"\nfor_s = 3600.0'
    async with bench(f"{slow}\n{quiet}") as b:
        b.place(rests=True)
        await until(b.at_exchange)
        assert b.said() == []
        b.desk.cancel("t1")
        await until(b.is_over)
        await b.settled()
        assert b.at_exchange()[0].status == "cancelled"


async def test_an_order_that_waits_for_its_turn_can_still_be_withdrawn():
    async with bench() as b:
        turnstile = b.client.wire.turnstile
        turnstile.refused(Group.ORDERS, 0)  # 2 s of rest
        b.place()
        await until(lambda: b.desk.load.waiting)
        assert b.desk.load.living == 1
        assert 0 < b.desk.load.free_in_s <= 2
        b.desk.cancel("t1")
        await until(b.is_over)
        assert (b.said(), b.exchange.requests["placeOrder"]) == (["cancelled"], 0)
        await b.settled()


async def test_exits_go_before_entries_that_wait():
    async with bench() as b:
        b.client.wire.turnstile.refused(Group.ORDERS, 0)
        b.place("entry")
        await until(lambda: b.desk.load.waiting)
        b.place("exit", side=Side.SELL)
        await until(lambda: b.at_exchange("entry"))
        assert [order.form.tag for order in b.exchange.day.desk] == ["exit", "entry"]


async def test_the_order_book_is_read_while_orders_live_and_not_otherwise():
    async with bench() as b:
        first_ns = b.pace.now_ns()
        await until(lambda: b.pace.now_ns() > first_ns + 30 * SECOND)
        assert b.exchange.requests["getOrderBook"] == 0
        b.place(rests=True)
        await until(lambda: b.exchange.requests["getOrderBook"] > 2)
        b.desk.cancel("t1")
        await until(b.is_over)
        await until(lambda: not b.desk.load.living)
        count, over_ns = b.exchange.requests["getOrderBook"], b.pace.now_ns()
        await until(lambda: b.pace.now_ns() > over_ns + 30 * SECOND)
        assert b.exchange.requests["getOrderBook"] <= count + 1


async def test_foreign_orders_are_nobodys_news():
    async with bench() as b:
        foreign(b, "")
        foreign(b, "another")
        b.place(rests=True)
        await until(lambda: b.exchange.requests["getOrderBook"] > 1)
        await b.settled()
        assert {update.tag for update in b.told} == {"t1"}


async def test_orders_of_an_earlier_process_are_taken_over_and_never_sent_again():
    async with bench() as b:
        foreign(b, "mine")
        b.take_over("mine", "gone")
        await until(lambda: b.is_over("gone"))
        assert b.said("gone") == ["absent"]
        b.desk.place(b.order("mine"))
        assert b.told.pop().tag == "mine"  # what is known of it, once more
        b.desk.cancel("mine")
        await until(lambda: b.is_over("mine"))
        await b.settled()
        assert b.exchange.requests["placeOrder"] == 0


@pytest.mark.parametrize("is_lost", [True, False])
async def test_the_order_stream_survives_dead_tokens(is_lost):
    async with bench() as b:
        if is_lost:
            b.exchange.logins.expire()
            b.server._sockets.end()
        else:
            b.desk.renewed("a test")
        await until(lambda: not b.exchange.handshakes.open["orders"])
        await until(lambda: b.exchange.handshakes.open["orders"])
        b.place()
        await until(b.is_over)
        await b.settled()
