"""The fault script: what it refuses, when faults strike, what they do, and the log."""

import json

import pytest

from rustro_kernel.domain.errors import BadConfig
from rustro_kernel.simulator.exchange import parse_script, read_script
from rustro_kernel.simulator.exchange.status import status
from tests.simulator.exchange.make import INDEX, Trader, exchange, listed


def script(**fields):
    lines = (f"{key} = {json.dumps(value)}" for key, value in fields.items())
    return "\n".join(["[[fault]]", *lines, ""])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[fault]", "--faults: "),
        ("speed = 1", "unknown field"),
        (script(what="explode", on="quote"), "explode"),
        (script(what="drop", on="quote", nth=0), "nth"),
        (script(what="drop", on="quote", often=2), "unknown field"),
        (script(what="drop", on="nowhere"), "fault[0]: drop cannot happen on 'nowhere'"),
        (script(what="drop"), "fault[0]: drop cannot happen on ''"),
        (script(what="reorder", on="quote"), "it can on frame, order_update"),
        (script(what="wrong_instrument", on="order_update"), "it can on frame"),
        (script(what="reject", on="placeOrder"), "it can on order"),
        (script(what="html_502", on="frame"), "html_502 cannot happen on 'frame'"),
        (script(what="drop", on="quote", at="25:00"), "at wants HH:MM"),
        (script(what="token_expiry"), "token_expiry wants at or a route in on"),
    ],
)
def test_a_bad_script_is_refused_in_one_sentence(text, words):
    with pytest.raises(BadConfig) as refused:
        parse_script(text)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_script_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(BadConfig, match="cannot be read"):
        read_script(tmp_path / "none.toml")


def test_the_scripts_own_documentation_is_a_script():
    from rustro_kernel.simulator.exchange import fault_script

    text = fault_script.__doc__.split("\n\n", 1)[1].split("What can go wrong")[0]
    assert [fault.what for fault in parse_script(text)] == ["timeout_after_accept", "token_expiry"]


def test_a_fault_strikes_the_nth_and_as_many_as_it_says():
    trader = Trader(exchange(script(what="forbidden", on="getRMS", nth=2, times=3)))
    assert [trader.raw("getRMS").status for _ in range(6)] == [200, 403, 403, 403, 200, 200]
    log = status(trader.exchange, trader.now)["faults"]
    assert [line["what"] for line in log] == ["forbidden"] * 3
    assert log[0] == {
        "fault": 0,
        "what": "forbidden",
        "on": "getRMS",
        "at": "10:00:00",
        "detail": "not done",
        "count": 1,
    }


def test_a_fault_waits_for_its_time_and_lasts():
    trader = Trader(exchange(script(what="html_502", on="getRMS", at="10:01:00", for_s=30.0)))
    assert trader.raw("getRMS").status == 200
    trader.wait(61)
    reply = trader.raw("getRMS")
    assert (reply.status, reply.content_type) == (502, "text/html")
    trader.wait(29)
    assert trader.raw("getRMS").status == 502
    trader.wait(1)
    assert trader.raw("getRMS").status == 200
    assert [line.count for line in trader.exchange.faults.log] == [2]


def test_an_empty_body():
    trader = Trader(exchange(script(what="empty_body", on="getRMS")))
    reply = trader.raw("getRMS")
    assert (reply.status, reply.body) == (200, b"")


@pytest.mark.parametrize(
    ("what", "accept", "is_taken"),
    [
        ("timeout_after_accept", False, True),
        ("delay", False, True),
        ("kill", False, True),
        ("drop", False, False),
        ("stall", False, False),
        ("forbidden", False, False),
        ("html_502", False, False),
        ("html_502", True, True),
        ("empty_body", True, True),
        ("drop", True, True),
    ],
)
def test_an_order_is_taken_or_not_whatever_the_answer(what, accept, is_taken):
    trader = Trader(exchange(script(what=what, on="placeOrder", accept=accept, byte=5)))
    trader.raw("placeOrder", trader.ask_for(listed(trader.exchange), ordertag="t"))
    trader.wait(1)
    book = trader.data("getOrderBook")
    assert bool(book) is is_taken
    detail = trader.exchange.faults.log[0].detail
    assert (book[0]["orderid"] in detail) if is_taken else (detail == "not done")


def test_deliveries():
    def delivery(**fault):
        return Trader(exchange(script(on="getRMS", **fault))).raw("getRMS").delivery

    assert delivery(what="delay", delay_s=0.5).delay_s == 0.5
    assert delivery(what="kill", byte=7).cut == 7
    assert delivery(what="drop").is_dropped
    assert delivery(what="stall").is_held
    assert delivery(what="timeout_after_accept").is_held


def test_an_unregistered_address():
    trader = Trader(exchange(script(what="unregistered_ip", on="placeOrder")))
    order = trader.ask_for(listed(trader.exchange))
    assert trader.call("placeOrder", **order)["errorCode"] == "AG7002"
    assert trader.call("placeOrder", **order)["status"] is True


def test_the_nth_order_is_rejected_with_a_reason():
    trader = Trader(exchange(script(what="reject", on="order", nth=2, reason="RMS: no luck")))
    option = listed(trader.exchange)
    first, second = trader.place(option), trader.place(option)
    trader.wait(1)
    assert trader.order(first)["status"] != "rejected"
    assert (trader.order(second)["status"], trader.order(second)["text"]) == (
        "rejected",
        "RMS: no luck",
    )


def test_tokens_expire_at_a_time_or_with_a_request():
    trader = Trader(exchange(script(what="token_expiry", at="10:05:00")))
    trader.wait_to("10:04:59").data("getRMS")
    trader.wait(1)
    assert trader.call("getRMS")["errorCode"] == "AG8002"
    assert trader.login()["status"] is True
    trader.data("getRMS")
    other = Trader(exchange(script(what="token_expiry", on="getRMS", nth=2)))
    other.data("getRMS")
    assert other.call("getRMS")["errorCode"] == "AG8002"


def test_the_clock_is_off_for_a_while():
    fault = script(what="clock_skew", at="10:01:00", skew_s=-5.0, for_s=60.0)
    trader = Trader(exchange(fault))
    option = listed(trader.exchange)
    trader.wait_to("10:01:30")
    order_id = trader.place(option)
    assert trader.order(order_id)["updatetime"].endswith("10:01:25")
    trader.wait_to("10:02:30")
    assert trader.exchange.skew_ns == 0


def test_the_skew_reaches_the_packets_but_not_the_login():
    trader = Trader(exchange(script(what="clock_skew", on="getRMS", skew_s=100.0)))
    option = listed(trader.exchange)
    before = trader.exchange.day.snapshot(option, trader.now).exch_ms
    trader.data("getRMS")
    trader.wait(30)
    assert trader.exchange.day.snapshot(option, trader.now).exch_ms - before > 90_000
    assert trader.login()["status"] is True


class Pipe:
    """Numbered packets through an outlet."""

    def __init__(self, text, target="frame"):
        self.trader = Trader(exchange(text), login=False)
        self.outlet = self.trader.exchange.outlet(target)

    def send(self, count):
        """What came out for each of so many packets."""
        out = []
        for number in range(1, count + 1):
            packet = bytes([1, 2]) + str(number).encode().ljust(25, b"\0") + bytes(24)
            out += self.outlet.out(packet, self.trader.now)
        return out

    def numbers(self, count):
        return [int(frame.payload[2:27].rstrip(b"\0")) for frame in self.send(count)]


@pytest.mark.parametrize(
    ("fault", "numbers"),
    [
        ({"what": "drop", "nth": 2}, [1, 3, 4, 5]),
        ({"what": "drop", "nth": 2, "times": 2}, [1, 4, 5]),
        ({"what": "stall", "nth": 3, "for_s": 10.0}, [1, 2]),
        ({"what": "duplicate", "nth": 2}, [1, 2, 2, 3, 4, 5]),
        ({"what": "reorder", "nth": 2}, [1, 3, 2, 4, 5]),
        ({"what": "wrong_instrument", "nth": 4, "token": "99"}, [1, 2, 3, 99, 5]),
    ],
)
def test_packets_are_lost_doubled_swapped_disguised(fault, numbers):
    pipe = Pipe(script(on="frame", **fault))
    assert pipe.numbers(5) == numbers
    assert pipe.trader.exchange.faults.log[0].what == fault["what"]


def test_a_stall_ends():
    pipe = Pipe(script(what="stall", on="frame", nth=1, for_s=10.0))
    assert pipe.numbers(3) == []
    pipe.trader.wait(10)
    assert pipe.numbers(3) == [1, 2, 3]
    assert (pipe.trader.exchange.faults.log[0].count, len(pipe.trader.exchange.faults.log)) == (
        3,
        1,
    )


def test_late_and_broken_packets():
    late = Pipe(script(what="delay", on="frame", nth=2, delay_s=0.5)).send(3)
    assert [frame.delay_s for frame in late] == [0, 0.5, 0]
    broken = Pipe(script(what="kill", on="frame", nth=2, byte=30)).send(3)
    assert [frame.cut for frame in broken] == [None, 30, None]


def test_the_log_names_the_packet():
    pipe = Pipe(script(what="wrong_instrument", on="frame", nth=3, token=INDEX))
    pipe.send(3)
    detail = pipe.trader.exchange.faults.log[0].detail
    assert detail == f"packet of token 3 sent as token {INDEX}"


def test_order_updates_have_faults_of_their_own():
    pipe = Pipe(script(what="drop", on="order_update", nth=1), "order_update")
    assert pipe.outlet.out("one", 1) == []
    assert [frame.payload for frame in pipe.outlet.out("two", 1)] == ["two"]
    assert pipe.trader.exchange.faults.log[0].detail == "message"
