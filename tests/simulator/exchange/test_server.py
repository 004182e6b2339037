"""The shell: HTTP and sockets on a loopback port."""

import asyncio
import contextlib
import json
import struct

import aiohttp
import pytest

from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.simulator.exchange import STATUS_PATH, Server
from tests.session.waiting import until
from tests.simulator.exchange.make import INDEX, PATHS, Trader, listed
from tests.simulator.exchange.running import HandClock, server

FEED, ORDERS = "/smart-stream", "/smart-order-update"


class Client:
    """An aiohttp client that is logged in; its trader shares clock and tokens."""

    def __init__(self, running: Server, http: aiohttp.ClientSession) -> None:
        self.running, self.http = running, http
        self.trader = Trader(running.exchange)
        self.headers = self.trader.headers
        self.stream = {
            "x-client-code": "SIM001",
            "x-feed-token": self.trader.tokens["feedToken"],
            "x-api-key": "simkey",
        }

    def get(self, name):
        return self.http.get(self.running.url + PATHS[name], headers=self.headers)

    def post(self, name, body):
        return self.http.post(self.running.url + PATHS[name], headers=self.headers, json=body)

    def open(self, path=FEED, **headers):
        return self.http.ws_connect(
            self.running.url + path, headers={**self.headers, **self.stream, **headers}
        )

    async def status(self):
        async with self.http.get(self.running.url + STATUS_PATH) as reply:
            return await reply.json()

    def order(self, **fields):
        return self.trader.ask_for(listed(self.running.exchange), **fields)


@contextlib.asynccontextmanager
async def client(script="", **habits):
    async with server(script, **habits) as running, aiohttp.ClientSession() as http:
        yield Client(running, http)


def subscribe(token=INDEX, kind=1, mode=1):
    rows = [{"exchangeType": kind, "tokens": [token]}]
    return json.dumps({"action": 1, "params": {"mode": mode, "tokenList": rows}})


def fault(**fields):
    return "\n".join(["[[fault]]", *(f"{k} = {json.dumps(v)}" for k, v in fields.items())])


async def test_rest_answers_with_the_markets_date():
    async with client() as c, c.get("getRMS") as reply:
        assert (await reply.json())["data"]["net"] == "1000000.00"
        assert reply.content_type == "application/json"
        assert reply.headers["Date"] == "Wed, 09 Sep 2026 04:30:00 GMT"


@pytest.mark.parametrize("path", ["market/v1/quote", "market/v1/quote/"])
async def test_quote_with_and_without_a_slash(path):
    async with client() as c:
        url = f"{c.running.url}/rest/secure/angelbroking/{path}"
        body = {"mode": "LTP", "exchangeTokens": {"NSE": [INDEX]}}
        async with c.http.post(url, headers=c.headers, json=body) as reply:
            assert (await reply.json())["status"] is True


async def test_a_json_query_and_a_gtt_prefix_are_tolerated():
    async with client() as c:
        for path in ("user/v1/getProfile?%7B%22refreshToken%22:%20%22R%22%7D",):
            url = f"{c.running.url}/rest/secure/angelbroking/{path}"
            async with c.http.get(url, headers=c.headers) as reply:
                assert (await reply.json())["data"]["clientcode"] == "SIM001"
        for prefix in ("", "/gtt-service"):
            url = f"{c.running.url}{prefix}/rest/secure/angelbroking/gtt/v1/createRule"
            async with c.http.post(url, headers=c.headers, json={}) as reply:
                assert (await reply.json())["errorcode"] == "AB9000"


async def test_the_stream_sends_a_snapshot_and_then_the_market():
    async with client() as c, c.open() as socket:
        await socket.send_str(subscribe())
        first = await socket.receive_bytes()
        c.running.clock.wait(1)
        second = await socket.receive_bytes()
        assert (len(first), len(second)) == (51, 51)
        assert first[:27] == second[:27]
        (before, _), (after, _) = (
            struct.unpack("<qq", packet[27:43]) for packet in (first, second)
        )
        assert before < after


async def test_a_text_ping_is_answered_with_text():
    async with client() as c, c.open() as socket:
        await socket.send_str("ping")
        assert await socket.receive_str() == "pong"


async def test_a_control_ping_is_answered_with_its_payload():
    async with client() as c:
        url = c.running.url + FEED
        async with c.http.ws_connect(url, headers=c.stream, autoping=False) as socket:
            await socket.ping(b"here")
            message = await socket.receive()
            assert (message.type, message.data) == (aiohttp.WSMsgType.PONG, b"here")


async def test_a_refused_handshake_says_why():
    async with client() as c:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await c.open(**{"x-feed-token": "wrong"})
        assert refused.value.status == 401
        assert refused.value.headers["x-error-message"] == "Invalid Header - Invalid Feed Token"


async def test_the_fourth_connection_is_refused_until_one_goes():
    async with client() as c:
        sockets = [await c.open() for _ in range(3)]
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await c.open()
        assert refused.value.status == 429
        await sockets[0].close()
        await until(lambda: c.running.exchange.handshakes.open["market"] == 2)
        await (await c.open()).close()
        for socket in sockets[1:]:
            await socket.close()


async def test_a_silent_client_is_dropped():
    async with client(idle_s=0.05) as c, c.open() as socket:
        message = await socket.receive(timeout=60)
        assert message.type is aiohttp.WSMsgType.CLOSE


async def test_every_order_connection_hears_of_a_fill():
    async with client() as c, c.open(ORDERS) as one, c.open(ORDERS) as two:
        assert [(await s.receive_json())["order-status"] for s in (one, two)] == ["AB00"] * 2
        async with c.post("placeOrder", c.order(ordertag="t9")) as reply:
            order_id = (await reply.json())["data"]["orderid"]
        for wanted in ("AB09", "AB05"):
            c.running.clock.wait(0.1)
            heard = [await s.receive_json() for s in (one, two)]
            assert [m["order-status"] for m in heard] == [wanted] * 2
            assert [m["orderData"]["orderid"] for m in heard] == [order_id] * 2


async def test_a_timeout_after_accept_leaves_an_order_behind():
    async with client(fault(what="timeout_after_accept", on="placeOrder")) as c:
        asked = asyncio.ensure_future(  # noqa: TID251 - a client that gives up
            c.post("placeOrder", c.order(ordertag="lost"))
        )
        await until(lambda: c.running.exchange.faults.log)
        c.running.clock.wait(1)
        async with c.get("getOrderBook") as reply:
            assert [row["ordertag"] for row in (await reply.json())["data"]] == ["lost"]
        assert not asked.done()
        asked.cancel()


async def test_a_dropped_request_and_a_cut_answer():
    async with client(fault(what="drop", on="quote")) as c:
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await c.post("quote", {})
    async with client(fault(what="kill", on="getRMS", byte=20)) as c, c.get("getRMS") as reply:
        with pytest.raises(aiohttp.ClientPayloadError):
            await reply.read()


async def test_a_connection_is_killed_inside_a_frame():
    async with client(fault(what="kill", on="frame", nth=2, byte=30)) as c:
        async with c.open() as socket:
            await socket.send_str(subscribe())
            assert len(await socket.receive_bytes()) == 51
            c.running.clock.wait(1)
            message = await socket.receive()
            assert message.type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)
            assert socket.close_code == 1006
        await until(lambda: not c.running.exchange.handshakes.open["market"])


async def test_a_stalled_stream_still_answers_pings():
    async with client(fault(what="stall", on="frame", for_s=5.0)) as c, c.open() as socket:
        await socket.send_str(subscribe())
        await until(lambda: c.running.exchange.faults.log)
        c.running.clock.wait(3)
        await socket.send_str("ping")
        assert await socket.receive_str() == "pong"
        c.running.clock.wait(3)
        assert len(await socket.receive_bytes()) == 51


async def test_a_client_that_does_not_read_is_disconnected():
    async with client() as c, c.open() as socket:
        for mode in (1, 2, 3):
            await socket.send_str(subscribe(mode=mode))
            await socket.receive_bytes()
        c.running.clock.wait(20_000)
        with contextlib.suppress(TypeError):
            while True:
                await socket.receive_bytes(timeout=60)
        assert socket.closed


async def test_the_status_page_names_what_was_injected_and_is_no_broker_route():
    async with client(fault(what="html_502", on="getRMS")) as c:
        async with c.get("getRMS") as reply:
            assert reply.status == 502
        page = await c.status()
        assert [line["what"] for line in page["faults"]] == ["html_502"]
        assert page["now"] == "2026-09-09 10:00:00"
        assert page["requests"]["getRMS"] == 1
        assert page["violations"] == {}
        assert c.trader.tokens["jwtToken"] not in json.dumps(page)


async def test_only_the_loopback_is_served_and_a_taken_port_is_said():
    async with server() as running:
        assert running.url == f"http://127.0.0.1:{running.port}"
        second = Server(running.exchange, HandClock(), running.port)
        with pytest.raises(BadUsage, match=f"port {running.port} of 127.0.0.1 cannot be used"):
            await second.__aenter__()


async def test_closing_the_server_closes_the_sockets():
    async with aiohttp.ClientSession() as http:
        async with server() as running:
            c = Client(running, http)
            socket = await c.open()
        message = await socket.receive(timeout=60)
        assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
