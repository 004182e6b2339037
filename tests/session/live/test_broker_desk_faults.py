"""One thing goes wrong at a time; afterwards the desk has told what the exchange has."""

from dataclasses import replace

import pytest

from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.domain.orders import OrderStatus
from rustro_kernel.simulator.exchange.faults import Faults
from tests.session.live.desks import TIMINGS, bench, foreign
from tests.session.waiting import until

LOST = {
    "drop": "",
    "stall": "",
    "forbidden": "",
    "empty_body": "",
    "html_502": "",
}
TAKEN = {
    "timeout_after_accept": "",
    "late": "delay_s = 1.0",
    **{f"{name} accept": "accept = true" for name in LOST},
    **{f"kill {byte}": f"byte = {byte}" for byte in (0, 1, 30, 60, 90, 120)},
}
RARELY = replace(TIMINGS, every_s=36_000.0)
"""No order book, unless there is a reason."""


def fault(name: str, on: str, more: str = "") -> str:
    what = "delay" if name == "late" else name.split()[0]
    return f'[[fault]]\nwhat = "{what}"\non = "{on}"\n{more}\n'


@pytest.mark.parametrize("name", TAKEN)
async def test_an_order_that_was_taken_without_an_answer_is_found(name):
    async with bench(fault(name, "placeOrder", TAKEN[name])) as b:
        b.place()
        await until(b.is_over)
        await b.settled()
        assert b.last().status is OrderStatus.COMPLETE
        assert b.exchange.requests["placeOrder"] == 1


@pytest.mark.parametrize("name", TAKEN)
async def test_without_the_order_stream_it_is_found_in_the_order_book(name):
    deaf = fault("drop", "order_update", "for_s = 3600.0")
    script = fault(name, "placeOrder", TAKEN[name]) + deaf
    async with bench(script, timings=RARELY) as b:
        b.place()
        await until(b.at_exchange)
        b.desk.cancel("t1")  # is carried out, or finds it complete
        await until(b.is_over)
        await b.settled()
        assert b.said()[0] == "unknown"


@pytest.mark.parametrize("name", LOST)
async def test_an_order_that_never_arrived_is_proven_absent(name):
    async with bench(fault(name, "placeOrder"), timings=RARELY) as b:
        b.place()
        await until(b.is_over)
        await b.settled()
        assert b.said() == ["unknown", "absent"]
        assert b.exchange.requests["getOrderBook"] >= 3
        b.desk.cancel("t1")
        assert b.said() == ["unknown", "absent", "absent"]
        b.place("t2")
        await until(lambda: b.is_over("t2"))
        await b.settled()


async def test_a_cancellation_of_a_lost_order_ends_with_its_absence():
    async with bench(fault("drop", "placeOrder")) as b:
        b.place()
        await until(b.said)
        b.desk.cancel("t1")
        await until(b.is_over)
        assert b.said() == ["unknown", "absent"]
        assert b.exchange.requests["cancelOrder"] == 0


async def test_books_that_cannot_be_read_prove_nothing():
    dark = fault("html_502", "getOrderBook", "for_s = 1200.0")  # 20 s of the wall
    async with bench(fault("drop", "placeOrder") + dark) as b:
        b.place()
        await until(lambda: b.exchange.requests["getOrderBook"] > 12)
        assert (b.said(), b.desk.load.unknown) == (["unknown"], 1)


async def test_books_before_one_that_failed_do_not_count():
    gap = fault("html_502", "getOrderBook", "nth = 3\ntimes = 3")  # one read: it is tried thrice
    async with bench(fault("drop", "placeOrder") + gap, timings=replace(RARELY, absent_s=0)) as b:
        b.place()
        await until(b.is_over)
        assert b.said() == ["unknown", "absent"]
        assert b.exchange.requests["getOrderBook"] == 2 + 3 + 3


@pytest.mark.parametrize("rests", [True, False])
async def test_an_absent_order_that_shows_up_late_is_reported_and_cancelled(rests):
    async with bench(fault("drop", "placeOrder")) as b:
        b.place()
        await until(b.is_over)
        foreign(b, "t1", rests=rests)
        await until(lambda: b.at_exchange()[0].is_final)
        await b.settled()
        end = "cancelled" if rests else "complete"
        assert (b.said()[:2], b.said()[-1]) == (["unknown", "absent"], end)


async def test_a_late_one_is_found_without_the_order_stream_too():
    deaf = fault("drop", "order_update", "for_s = 3600.0")
    async with bench(fault("drop", "placeOrder") + deaf) as b:
        b.place()
        await until(b.is_over)
        foreign(b, "t1", rests=True)
        await until(lambda: b.at_exchange()[0].is_final)
        await b.settled()


async def test_an_order_after_an_absent_one_is_looked_for_at_once_and_not_with_the_next_watch():
    deaf = fault("drop", "order_update", "for_s = 3600.0")
    rarely = replace(TIMINGS, watch_s=36_000.0)
    async with bench(fault("drop", "placeOrder") + deaf, timings=rarely) as b:
        b.place()
        await until(b.is_over)
        b.place("t2")
        await until(lambda: b.is_over("t2"))
        await b.settled()


async def test_an_unregistered_address_is_a_refusal():
    async with bench(fault("unregistered_ip", "placeOrder")) as b:
        b.place()
        await until(b.is_over)
        assert (b.last().status, b.last().code) == (OrderStatus.REJECTED, "AG7002")
        await b.settled()


async def test_a_dead_token_costs_a_login_and_the_order_is_sent_again_once():
    async with bench(fault("token_expiry", "placeOrder")) as b:
        b.place()
        await until(b.is_over)
        await b.settled()
        assert b.last().status is OrderStatus.COMPLETE
        counts = b.exchange.requests
        assert (counts["loginByPassword"], counts["placeOrder"]) == (2, 2)


async def test_two_dead_tokens_are_a_refusal():
    async with bench(fault("token_expiry", "placeOrder", "times = 2")) as b:
        b.place()
        await until(b.is_over)
        assert (b.last().status, b.last().code) == (OrderStatus.REJECTED, "AG8002")
        await b.settled()


async def test_a_login_that_fails_has_sent_no_order():
    shut = fault("html_502", "loginByPassword", "nth = 2\ntimes = 3")
    async with bench(fault("token_expiry", "placeOrder") + shut) as b:
        b.place()
        await until(b.is_over)
        assert b.said() == ["rejected"]
        await b.settled()


async def test_a_burst_of_refusals_leaves_no_order_behind():
    async with bench(fault("forbidden", "placeOrder", "times = 3")) as b:
        for number in range(6):
            b.place(f"t{number}")
        await until(lambda: all(map(b.is_over, b.tags)))
        await b.settled()
        assert sum(b.said(tag) == ["unknown", "absent"] for tag in b.tags) == 3


@pytest.mark.parametrize(("name", "more"), (LOST | TAKEN).items())
async def test_a_cancellation_without_an_answer_is_looked_after(name, more):
    async with bench(fault(name, "cancelOrder", more)) as b:
        b.place(rests=True)
        await until(lambda: "open" in b.said())
        b.desk.cancel("t1")
        await until(b.is_over)
        await b.settled()
        assert b.said()[-2:] == ["open", "cancelled"]


async def test_an_order_that_cannot_be_cancelled_does_not_use_up_the_writes_of_the_hour():
    async with bench(fault("html_502", "cancelOrder", "accept = false\nfor_s = 120.0")) as b:
        b.place(rests=True)
        await until(lambda: "open" in b.said())
        b.desk.cancel("t1")
        await until(b.is_over)
        assert b.exchange.requests["cancelOrder"] <= 3 + 120 / TIMINGS.confirm_max_s + 1
        await b.settled()


async def test_an_order_known_by_the_stream_alone_is_looked_up_in_the_book():
    unanswered = fault("timeout_after_accept", "placeOrder")
    deaf = fault("drop", "order_update", "nth = 4\nfor_s = 3600.0")  # after greeting and opening
    async with bench(unanswered + deaf, timings=RARELY) as b:
        b.place(rests=True)
        await until(lambda: b.said() == ["accepted", "open"])
        placed_ns = b.pace.now_ns()
        await until(lambda: b.pace.now_ns() > placed_ns + 60 * SECOND)  # nobody waits any more
        assert b.said() == ["accepted", "open"]
        b.desk.cancel("t1")
        await until(b.is_over)
        await b.settled()


async def test_a_cancellation_survives_a_dead_token():
    async with bench(fault("token_expiry", "cancelOrder")) as b:
        b.place(rests=True)
        await until(lambda: "open" in b.said())
        b.desk.cancel("t1")
        await until(b.is_over)
        await b.settled()


async def test_a_cancellation_refused_while_the_order_lives_is_told():
    async with bench(fault("unregistered_ip", "cancelOrder")) as b:
        b.place(rests=True)
        await until(lambda: "open" in b.said())
        b.desk.cancel("t1")
        await until(lambda: "cancel_rejected" in b.said())
        assert b.told[-1].code == "AG7002"
        b.desk.cancel("t1")
        await until(b.is_over)
        await b.settled()


async def test_a_refused_cancellation_finds_out_that_the_order_is_over():
    deaf = fault("drop", "order_update", "for_s = 3600.0")
    async with bench(deaf, timings=RARELY) as b:
        b.place()
        await until(lambda: b.at_exchange() and b.at_exchange()[0].is_final)
        await until(b.said)
        assert b.said() == ["accepted"]
        b.desk.cancel("t1")
        await until(b.is_over)
        await b.settled()
        assert b.said() == ["accepted", "complete"]


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("drop", "for_s = 3600.0"),
        ("drop", "nth = 2"),
        ("delay", "delay_s = 0.1\ntimes = 2"),
        ("duplicate", "for_s = 3600.0"),
        ("reorder", "for_s = 3600.0"),
        *(("kill", f"byte = {byte}\nnth = 2") for byte in (0, 1, 2, 100, 600)),
    ],
)
async def test_whatever_the_order_stream_loses_is_made_up_for(name, more):
    async with bench(fault(name, "order_update", more)) as b:
        b.place("t1", lots=20)
        b.place("t2", rests=True)
        await until(lambda: b.said("t2"))
        b.desk.cancel("t2")
        await until(lambda: b.is_over("t2"))
        await b.settled()


async def test_without_a_trade_book_fills_are_booked_at_their_average(caplog):
    dark = fault("html_502", "getTradeBook", "for_s = 36000.0")
    async with bench(dark) as b:
        b.place(lots=20)
        await until(lambda: b.last() and b.last().filled)
        order, last = b.at_exchange()[0], b.last()
        assert abs(last.value_paise - order.value) <= order.filled
        assert "booked at its average price" in caplog.text


async def test_what_was_booked_at_its_average_is_put_right_when_the_trade_book_is_back(caplog):
    dark = fault("html_502", "getTradeBook", "for_s = 36000.0")
    async with bench(dark, timings=replace(TIMINGS, value_s=0.1)) as b:
        while not any(is_off(order) for tag in b.tags for order in b.at_exchange(tag)):
            assert len(b.tags) < 60, "no average was off"
            tag = f"t{len(b.tags)}"
            b.place(tag, lots=27 - len(b.tags) % 7)
            await until(lambda tag=tag: b.is_over(tag))
        assert "booked at its average price" in caplog.text
        assert not b.agrees()
        b.exchange.faults = Faults((), 0)  # the trade book can be read again
        await b.settled()


def is_off(order) -> bool:
    """Whether the average price, rounded to the paisa, hides what the fills cost."""
    return bool(order.filled) and order.value != round(order.value / order.filled) * order.filled
