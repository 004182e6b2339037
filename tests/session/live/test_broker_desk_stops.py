"""Stops and changes of living orders: asked for until the exchange shows them."""

from dataclasses import replace as timed

import pytest
from msgspec.structs import replace

from rustro_kernel.domain.orders import OrderStatus, Side
from tests.session.live.desks import TIMINGS, bench
from tests.session.live.test_broker_desk_faults import LOST, TAKEN, fault
from tests.session.waiting import until

PATIENT = timed(TIMINGS, confirm_s=600.0, confirm_max_s=600.0)
"""Nothing is asked twice because this machine is slow."""
DEAF = fault("drop", "order_update", "for_s = 3600.0")


async def waiting_stop(b, **fields):
    """A stop that the exchange has and that waits for its trigger."""
    stop = b.sent(b.stop(**fields))
    await until(lambda: b.at_exchange("stop") and b.at_exchange("stop")[0].status[:7] == "trigger")
    await until(lambda: b.said("stop"))
    return stop


def lower(b, order, by=500):
    """The same with limit and trigger so many paise lower."""
    return replace(
        order, limit_paise=order.limit_paise - by, trigger_paise=max(0, order.trigger_paise - by)
    )


def is_idle(b) -> bool:
    """Whether no change is under way."""
    return not any(sent.is_modifying for sent in b.desk._orders.all())


async def changed(b, order) -> None:
    """Ask for a change and wait until it is made and nobody asks any more."""
    b.desk.modify(order)
    await until(lambda: b.shows(order))
    await until(lambda: is_idle(b))


async def test_a_stop_waits_open_at_the_broker_and_is_cancelled_as_a_stop():
    async with bench(timings=PATIENT) as b:
        await waiting_stop(b)
        form = b.at_exchange("stop")[0].form
        assert (form.variety, form.order_type) == ("STOPLOSS", "STOPLOSS_LIMIT")
        await until(lambda: b.said("stop")[-1] == "open")
        b.desk.cancel("stop")
        await until(lambda: b.is_over("stop"))
        await b.settled()
        assert b.said("stop") == ["accepted", "open", "cancelled"] or b.said("stop")[0] == "open"
        assert b.exchange.requests["cancelOrder"] == 1


async def test_a_change_is_asked_for_once_and_makes_no_noise():
    async with bench(timings=PATIENT) as b:
        stop = await waiting_stop(b)
        await until(lambda: b.said("stop")[-1] == "open")
        told = len(b.told)
        await changed(b, lower(b, stop))
        assert b.exchange.requests["modifyOrder"] == 1
        assert len(b.told) == told
        await b.settled()


async def test_a_stop_becomes_the_exit_when_it_is_raised_above_the_market():
    async with bench() as b:
        b.place()
        await until(b.is_over)
        stop = await waiting_stop(b)
        bid = b.bid // 5 * 5
        b.desk.modify(replace(stop, trigger_paise=bid + 2000, limit_paise=bid - 2000))
        await until(lambda: b.is_over("stop"))
        await b.settled()
        assert b.last("stop").status is OrderStatus.COMPLETE
        assert b.exchange.day.pit.portfolio.violations == {}


async def test_a_limit_order_is_changed_too():
    async with bench() as b:
        order = b.order(rests=True, lots=2)
        b.sent(order)
        await until(b.said)
        await changed(b, replace(order, limit_paise=order.limit_paise - 100, quantity=65))
        assert b.at_exchange()[0].form.variety == "NORMAL"
        await b.settled()


async def test_a_change_waits_for_the_order_in_flight():
    slow = fault("late", "placeOrder", "delay_s = 0.1")
    async with bench(slow + DEAF) as b:
        stop = b.sent(b.stop())
        b.desk.modify(lower(b, stop))
        await until(lambda: b.at_exchange("stop") and b.shows(lower(b, stop)))
        await b.settled()


async def test_a_change_of_an_order_that_never_arrived_ends_with_its_absence():
    async with bench(fault("drop", "placeOrder")) as b:
        stop = b.sent(b.stop())
        b.desk.modify(lower(b, stop))
        await until(lambda: b.is_over("stop"))
        await until(lambda: is_idle(b))
        assert b.said("stop") == ["unknown", "absent"]
        assert b.exchange.requests["modifyOrder"] == 0


async def test_a_newer_change_takes_the_place_of_an_older_one():
    slow = fault("late", "modifyOrder", "delay_s = 0.1")
    async with bench(slow, timings=PATIENT) as b:
        stop = await waiting_stop(b)
        b.desk.modify(lower(b, stop))
        await until(lambda: b.exchange.requests["modifyOrder"])
        b.desk.modify(lower(b, stop, by=600))
        b.desk.modify(newest := lower(b, stop, by=700))
        b.desk.modify(newest)
        await until(lambda: b.shows(newest))
        await until(lambda: is_idle(b))
        assert b.exchange.requests["modifyOrder"] == 2
        await b.settled()


async def test_a_cancellation_ends_a_change_and_nothing_is_changed_after_it():
    async with bench(fault("html_502", "modifyOrder", "for_s = 36000.0")) as b:
        stop = await waiting_stop(b)
        b.desk.modify(lower(b, stop))
        await until(lambda: b.exchange.requests["modifyOrder"])
        b.desk.cancel("stop")
        b.desk.modify(lower(b, stop))
        assert (b.told[-1].status, b.told[-1].code) == (OrderStatus.MODIFY_REJECTED, "CANCELLING")
        await until(lambda: b.is_over("stop"))
        await until(lambda: is_idle(b))
        await b.settled()
        assert b.at_exchange("stop")[0].status == "cancelled"


@pytest.mark.parametrize(("name", "more"), (LOST | TAKEN).items())
async def test_a_change_without_an_answer_is_looked_after(name, more):
    async with bench(fault(name, "modifyOrder", more)) as b:
        stop = await waiting_stop(b)
        await changed(b, lower(b, stop))
        assert "modify_rejected" not in b.said("stop")
        await b.settled()


@pytest.mark.parametrize("name", ["drop", "html_502 accept", "late"])
async def test_without_the_order_stream_the_change_is_found_all_the_same(name):
    script = fault(name, "modifyOrder", (LOST | TAKEN)[name]) + DEAF
    async with bench(script, timings=timed(TIMINGS, every_s=36_000.0)) as b:
        stop = await waiting_stop(b)
        await changed(b, lower(b, stop))
        await b.settled()


async def test_a_change_that_never_gets_an_answer_does_not_use_up_the_writes_of_the_hour():
    async with bench(fault("html_502", "modifyOrder", "accept = false\nfor_s = 120.0")) as b:
        stop = await waiting_stop(b)
        await changed(b, lower(b, stop))
        assert b.exchange.requests["modifyOrder"] <= 3 + 120 / TIMINGS.confirm_max_s + 1


async def test_a_refused_change_is_told_with_the_brokers_code_and_may_be_asked_for_again():
    async with bench(fault("unregistered_ip", "modifyOrder")) as b:
        stop = await waiting_stop(b)
        b.desk.modify(lower(b, stop))
        await until(lambda: "modify_rejected" in b.said("stop"))
        assert b.told[-1].code == "AG7002"
        assert b.told[-1].broker_id == b.at_exchange("stop")[0].id
        await changed(b, lower(b, stop))
        await b.settled()


async def test_a_change_beyond_the_rules_is_refused_and_the_order_stays():
    async with bench() as b:
        stop = await waiting_stop(b)
        b.desk.modify(replace(stop, limit_paise=stop.trigger_paise + 5))
        await until(lambda: "modify_rejected" in b.said("stop"))
        assert "stop cannot have trigger" in b.told[-1].message
        b.desk.modify(replace(stop, limit_paise=stop.limit_paise - 1))
        await until(lambda: b.said("stop").count("modify_rejected") == 2)
        assert b.told[-1].code == "AB1007"
        b.desk.modify(replace(stop, trigger_paise=0))
        await until(lambda: b.said("stop").count("modify_rejected") == 3)
        assert b.told[-1].code == "AB1008"
        assert b.shows(stop)
        await b.settled()


async def test_a_change_that_was_taken_and_is_not_made_is_refused_in_the_end():
    async with bench() as b:
        order = b.order(rests=True)
        b.sent(order)
        await until(b.said)
        b.desk.modify(replace(order, quantity=order.quantity + 1))
        await until(lambda: "modify_rejected" in b.said())
        assert b.told[-1].code == "NOT_DONE"
        assert "lot size" in b.told[-1].message
        assert b.exchange.requests["modifyOrder"] >= TIMINGS.changes
        assert b.shows(order)
        await b.settled()


async def test_a_refused_change_finds_out_that_the_order_is_over():
    async with bench(DEAF, timings=timed(TIMINGS, every_s=36_000.0)) as b:
        order = b.order()
        b.sent(order)
        await until(lambda: b.at_exchange() and b.at_exchange()[0].is_final)
        await until(b.said)
        b.desk.modify(replace(order, limit_paise=order.limit_paise + 5))
        await until(b.is_over)
        await b.settled()
        assert b.said() == ["accepted", "complete"]


async def test_what_is_over_or_unknown_cannot_be_changed():
    async with bench() as b:
        b.place()
        await until(b.is_over)
        b.desk.modify(b.order())
        assert b.said()[-2:] == ["complete", "complete"]
        b.desk.modify(b.order("nobody's"))
        assert (b.told[-1].status, b.told[-1].code) == (
            OrderStatus.MODIFY_REJECTED,
            "UNKNOWN_ORDER",
        )


async def test_a_change_survives_a_dead_token():
    async with bench(fault("token_expiry", "modifyOrder")) as b:
        stop = await waiting_stop(b)
        await changed(b, lower(b, stop))
        await b.settled()


async def test_a_stop_of_an_earlier_session_is_changed_and_cancelled_as_one():
    async with bench(timings=PATIENT) as b:
        stop = b.stop("mine")
        exchange, _, token = stop.instrument.partition(":")
        body = {
            "variety": "STOPLOSS", "ordertype": "STOPLOSS_LIMIT", "duration": "DAY",
            "producttype": "CARRYFORWARD", "exchange": exchange, "symboltoken": token,
            "tradingsymbol": stop.symbol, "transactiontype": "SELL", "quantity": stop.quantity,
            "price": stop.limit_paise / 100, "triggerprice": stop.trigger_paise / 100,
            "ordertag": "mine",
        }  # fmt: skip
        assert "orderid" in b.exchange.day.desk.place(body, b.pace.now_ns())
        b.take_over("mine")
        await changed(b, lower(b, stop))
        b.desk.cancel("mine")
        await until(lambda: b.is_over("mine"))
        await b.settled()
        assert b.exchange.requests["cancelOrder"] == 1


async def test_a_stop_waits_for_its_turn_behind_exits_and_before_entries():
    from rustro_kernel.brokers.angelone.routes import Group

    async with bench() as b:
        b.client.wire.turnstile.refused(Group.ORDERS, 0)
        b.place("entry")
        await until(lambda: b.desk.load.waiting == 1)
        b.sent(b.stop())
        await until(lambda: b.desk.load.waiting == 2)
        b.place("exit", side=Side.SELL)
        await until(lambda: b.at_exchange("entry"))
        assert [order.form.tag for order in b.exchange.day.desk] == ["exit", "stop", "entry"]
