import asyncio
import logging
from traceback import TracebackException

import pytest

from rustro_kernel.brokers.angelone.market_stream import MarketStream
from rustro_kernel.brokers.angelone.stream_state import Phase
from rustro_kernel.domain.errors import BrokerAuthRefused, BrokerMisconfigured
from tests.brokers.angelone.frames import KEY, NOW, TS, snap_frame
from tests.brokers.angelone.local_server import (
    ACCESS,
    QUICK,
    Clock,
    Listener,
    local_server,
)
from tests.session.waiting import until

SECOND = 1_000_000_000


def later(seconds, **fields):
    return snap_frame(sequence=9 + seconds, ts=TS + 1000 * seconds, **fields)


@pytest.fixture
async def server():
    async with local_server() as server:
        yield server


@pytest.fixture
def clock():
    return Clock(NOW)


@pytest.fixture
def market(server, clock):
    stream = MarketStream(server.url, lambda: ACCESS, clock, is_open=lambda _: True, settings=QUICK)
    stream.subscribe([KEY])
    return Listener(stream)


async def test_from_handshake_to_ticks_in_one_batch(server, market):
    async with market.running():
        await until(server.requests)
        await server.send(*[snap_frame(sequence=9 + n, ltp=12_345 + n) for n in range(50)])
        await until(lambda: len(market.items) == 50)
        assert [tick.ltp for tick in market.items] == list(range(12_345, 12_395))
        assert len(market.batches) < 50
        assert market.stream.answered == {KEY}
    headers = server.handshakes[0].headers
    assert headers["Authorization"] == "Bearer hdr.payload.sig"
    assert headers["x-api-key"] == "simkey"
    assert headers["x-client-code"] == "SIM001"
    assert headers["x-feed-token"] == "feed.token.sig"
    assert "Sec-WebSocket-Extensions" not in headers
    assert market.phases == ["connecting", "open", "closed"]


async def test_the_heartbeat_is_the_text_ping(server, market, clock):
    async with market.running():
        await until(server.requests)
        clock.now += SECOND
        await until(lambda: "ping" in server.received)
        await until(lambda: market.stream.state.last_pong_ns)
    assert market.stream.counts["Pong"] == 1


async def test_subscriptions_made_while_running_are_sent_at_once(server, market):
    async with market.running():
        await until(server.requests)
        market.stream.subscribe(["NSE:99926000"], depth=True)
        await until(lambda: len(server.requests()) == 2)
        market.stream.unsubscribe([KEY])
        await until(lambda: len(server.requests()) == 3)
    assert '"99926000"' in server.requests()[1]
    assert '"action":0' in server.requests()[2]


async def test_after_a_cut_it_reconnects_resubscribes_and_drops_the_cached_packet(
    server, market, clock
):
    async with market.running():
        await until(server.requests)
        await server.send(snap_frame())
        await until(lambda: market.items)
        server.greeting = [snap_frame()]
        server.cut()
        await until(lambda: len(server.requests()) == 2)
        clock.now += SECOND
        await server.send(later(1))
        await until(lambda: len(market.items) == 2)
        assert market.stream.state.reconnects_today == 1
    assert server.requests()[1].replace("02", "01") == server.requests()[0]
    assert [tick.exch_ts for tick in market.items] == [TS * 1_000_000, (TS + 1000) * 1_000_000]
    assert {flaw.value: n for flaw, n in market.stream.gate.discarded.items()} == {"stale_first": 1}
    assert market.phases == ["connecting", "open", "waiting", "connecting", "open", "closed"]


async def test_a_silent_stall_is_noticed_by_the_clock_and_ends_in_a_new_connection(
    server, market, clock
):
    async with market.running():
        await until(server.requests)
        await server.send(snap_frame())
        await until(lambda: market.items)
        clock.now += 15 * SECOND
        await until(lambda: len(server.connections) == 2)
        await server.send(later(15))
        await until(lambda: len(market.items) == 2)
    assert market.phases == [
        "connecting", "open", "stalled", "waiting", "connecting", "stalled", "open", "closed",
    ]  # fmt: skip
    assert market.states[2].reason == "connected, but no ticks"


async def test_a_server_that_is_not_there_is_tried_again(clock):
    async with local_server() as gone:
        url = gone.url
    stream = MarketStream(url, lambda: ACCESS, clock, is_open=lambda _: True, settings=QUICK)
    market = Listener(stream)
    async with market.running():
        await until(lambda: stream.state.reconnects_today >= 3)
    assert (
        "ConnectionRefusedError" in market.states[1].reason or "OSError" in market.states[1].reason
    )


@pytest.mark.parametrize(
    ("status", "said", "error"),
    [
        (401, "Invalid Header - Invalid Auth token", BrokerAuthRefused),
        (401, "Invalid Header - Invalid Feed Token", BrokerAuthRefused),
        (401, "Invalid Header - Invalid API Key", BrokerMisconfigured),
        (403, "Token expired", BrokerAuthRefused),
    ],
)
async def test_a_refused_login_ends_the_run_and_a_new_one_works(
    server, market, status, said, error
):
    server.refusals = [(status, {"x-error-message": said}, b"")]
    with pytest.raises(error, match=said):
        await market.stream.run(market.batches.append, market.states.append)
    assert market.stream.state.phase is Phase.REFUSED
    async with market.running():
        await until(server.requests)
    assert market.phases == ["connecting", "refused", "connecting", "open", "closed"]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (403, b"Access denied because of exceeding access rate"),
        (403, b"<html>not from there</html>"),
        (429, b""),
        (502, b"<html>bad gateway</html>"),
    ],
)
async def test_other_refusals_are_waited_out(server, market, status, body):
    server.refusals = [(status, {}, body)] * 3
    async with market.running():
        await until(server.requests)
        assert market.stream.state.reconnects_today == 3
    assert str(status) in market.states[1].reason


async def test_at_most_so_many_attempts_a_minute(server, clock):
    settings = type(QUICK)(backoff_s=(0.001,), max_reconnects_per_min=5)
    server.refusals = [(502, {}, b"")] * 20
    stream = MarketStream(
        server.url, lambda: ACCESS, clock, is_open=lambda _: True, settings=settings
    )
    market = Listener(stream)
    async with market.running():
        await until(lambda: market.phases.count("waiting") == 5)
        await asyncio.sleep(0)
    assert len(server.handshakes) == 5


async def test_renewed_tokens_are_used_after_a_rebuild(server, clock):
    access = [ACCESS]
    stream = MarketStream(
        server.url, lambda: access[0], clock, is_open=lambda _: True, settings=QUICK
    )
    async with Listener(stream).running():
        await until(lambda: server.connections)
        access[0] = type(ACCESS)("SIM001", "simkey", "new.jwt.sig", "new.feed.sig")
        stream.rebuild("token renewed")
        await until(lambda: len(server.connections) == 2)
    assert server.handshakes[1].headers["x-feed-token"] == "new.feed.sig"


async def test_closing_needs_no_connection_and_running_none(clock):
    stream = MarketStream("ws://127.0.0.1:1/", lambda: ACCESS, clock, is_open=lambda _: True)
    await stream.close()
    market = Listener(stream)
    async with market.running() as task:
        await until(lambda: "waiting" in market.phases)
    assert task.done()
    assert market.phases[-1] == "closed"


async def test_cancellation_ends_the_run_as_cancellation(server, market):
    async with market.running() as task:
        await until(lambda: server.connections)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert market.stream.state.phase is Phase.CLOSED


async def test_rubbish_on_the_wire_ends_nothing(server, market):
    async with market.running():
        await until(server.requests)
        await server.send(b"", b"\x03" * 379, "}{", "pong", snap_frame()[:-1], snap_frame())
        await until(lambda: market.items)
    assert len(server.connections) == 1


async def test_an_owner_that_fails_ends_the_run(server, market):
    def fail(_ticks):
        raise ZeroDivisionError

    server.greeting = [snap_frame()]
    with pytest.raises(ExceptionGroup) as failed:
        await market.stream.run(fail, market.states.append)
    assert failed.value.subgroup(ZeroDivisionError)
    assert market.stream.state.phase is Phase.CLOSED


async def test_a_refusals_traceback_holds_no_secret_even_with_its_locals(server, market):
    server.refusals = [(401, {"x-error-message": "Invalid Header - Invalid Auth token"}, b"")]
    with pytest.raises(BrokerAuthRefused) as refused:
        await market.stream.run(market.batches.append, market.states.append)
    trace = TracebackException.from_exception(refused.value, capture_locals=True)
    shown = "".join(trace.format())
    assert "Invalid Auth token" in shown
    assert not [s for s in (ACCESS.jwt, ACCESS.feed_token, ACCESS.api_key) if s in shown]


def test_an_address_that_is_no_websocket_is_refused_at_once(clock):
    with pytest.raises(BrokerMisconfigured, match="no address of a websocket"):
        MarketStream("http://127.0.0.1/x", lambda: ACCESS, clock, is_open=lambda _: True)


async def test_no_secret_is_shown_or_logged(server, market, caplog):
    caplog.set_level(logging.DEBUG)
    server.refusals = [(502, {}, b"")]
    async with market.running():
        await until(server.requests)
    logged = [r.getMessage() for r in caplog.records if r.name != "websockets.server"]
    said = repr(ACCESS) + repr(market.states) + "".join(logged)
    assert not [s for s in (ACCESS.jwt, ACCESS.feed_token, ACCESS.api_key) if s in said]
