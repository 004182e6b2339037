import json

import pytest

from rustro_kernel.brokers.angelone.order_core import OrderCore
from rustro_kernel.brokers.angelone.order_stream import OrderStream
from rustro_kernel.brokers.angelone.stream_state import StreamSettings
from rustro_kernel.domain.errors import BrokerAuthRefused
from tests.brokers.angelone.frames import NOW
from tests.brokers.angelone.local_server import ACCESS, QUICK, Clock, Listener, local_server
from tests.brokers.angelone.test_order_rows import BOOK
from tests.session.waiting import until

EMPTY = {name: 0.0 if isinstance(value, float) else "" for name, value in BOOK.items()}


def message(code="AB05", **fields):
    data = {**BOOK, **fields}
    del data["uniqueorderid"]
    return json.dumps(
        {"user-id": "SIM001", "status-code": "200", "order-status": code, "error-message": "",
         "orderData": data}
    )  # fmt: skip


GREETING = json.dumps({"user-id": "SIM001", "order-status": "AB00", "orderData": EMPTY})


@pytest.fixture
def core():
    core = OrderCore(StreamSettings())
    core.opened(NOW)
    return core


def heard(core, *messages):
    for each in messages:
        core.received(each, NOW)
    rows = [(row.status.value, row.filled) for row in core.ready]
    core.ready.clear()
    return rows


def test_text_and_binary_messages_are_the_same(core):
    assert heard(core, message(), message().encode()) == [("complete", 65)] * 2


def test_the_status_in_the_data_is_trusted_not_the_code(core):
    rejected = message("AB00", status="rejected", orderstatus="rejected", filledshares="0")
    assert heard(core, rejected) == [("rejected", 0)]


def test_greetings_pongs_and_rubbish_are_counted_and_bring_no_row(core):
    rubbish = ["{", "[]", "", b"\xff\xfe", '{"orderData":7}', "[" * 100_000, "null"]
    assert heard(core, GREETING, b"", b"\x00", "pong", *rubbish, '{"order-status":"AB01"}') == []
    assert core.counts == {"greetings": 1, "pongs": 4, "unreadable": 6, "without an order": 1}
    assert core.is_proven


def test_an_unknown_status_is_counted_and_still_a_row(core):
    odd = message(status="parked", orderstatus="", filledshares="0")
    assert heard(core, odd) == [("accepted", 0)]
    assert core.counts["unknown status"] == 1


@pytest.fixture
async def server():
    async with local_server() as server:
        server.greeting = [GREETING]
        yield server


@pytest.fixture
def orders(server):
    return Listener(OrderStream(server.url, lambda: ACCESS, Clock(NOW), settings=QUICK))


async def test_from_greeting_to_rows_and_across_a_cut(server, orders):
    async with orders.running():
        await until(lambda: orders.stream.counts["greetings"])
        await server.send(message("AB01", status="open", filledshares="25"), message().encode())
        await until(lambda: len(orders.items) == 2)
        server.cut()
        await until(lambda: orders.stream.counts["greetings"] == 2)
    assert orders.phases == ["connecting", "open", "waiting", "connecting", "open", "closed"]
    assert [row.filled for row in orders.items] == [25, 65]
    assert server.received == []  # nothing is ever asked; pings are control frames
    assert server.handshakes[0].headers["Authorization"] == f"Bearer {ACCESS.jwt}"


async def test_its_heartbeat_is_the_control_ping(server):
    clock = Clock(NOW)
    orders = Listener(OrderStream(server.url, lambda: ACCESS, clock, settings=QUICK))
    async with orders.running():
        await until(lambda: orders.stream.counts["greetings"])
        clock.now += 1_000_000_000
        await until(lambda: orders.stream.state.last_pong_ns)


@pytest.mark.parametrize("status", [401, 403])
async def test_a_dead_token_ends_the_run(server, orders, status):
    server.refusals = [(status, {}, b"")]
    with pytest.raises(BrokerAuthRefused, match="order stream"):
        await orders.stream.run(orders.batches.append, orders.states.append)
    assert orders.phases == ["connecting", "refused"]


async def test_too_many_connections_are_waited_out(server, orders):
    server.refusals = [(429, {}, b"")]
    async with orders.running():
        await until(lambda: orders.stream.counts["greetings"])
    assert "too many connections" in orders.states[1].reason
