"""Reads are repeated where that is safe, writes never; orders need a client that may order."""

import asyncio
import socket

import msgspec
import pytest

from rustro_kernel.brokers.angelone.answers import same
from rustro_kernel.brokers.angelone.client import Client
from rustro_kernel.brokers.angelone.connect import connect
from rustro_kernel.brokers.angelone.profile import Profile, profile
from rustro_kernel.brokers.angelone.rest import Identity, Rest
from rustro_kernel.brokers.angelone.routes import ALL, CANCEL, FUNDS, MODIFY, PLACE, PROFILE
from rustro_kernel.domain.errors import (
    BrokerAuthRefused,
    BrokerMisconfigured,
    BrokerRefused,
    BrokerThrottled,
    BrokerTransient,
    LiveRefused,
)
from rustro_kernel.domain.redaction import Redaction
from tests.brokers.angelone.rest_broker import (
    CREDENTIALS,
    DIE,
    Clock,
    Told,
    bad_gateway,
    connected,
    gateway,
    no,
    ok,
    rate_limited,
)

ANY = msgspec.json.Decoder(object)
WRITES = [route for route in ALL if route.is_write]


async def read(client):
    return await client.read(FUNDS, ANY, same)


async def write(client, route=PLACE):
    return await client.write(route, ANY, same, {"a": 1})


@pytest.fixture
def unpaced(client):
    """Rests after a refusal are looked at elsewhere."""
    client.wire.turnstile.refused = lambda *_: None
    return client


async def test_a_call_carries_the_headers_the_broker_asks_for(broker, client):
    await client.login.current()
    await write(client)
    headers = broker.of("placeOrder")[0].headers
    assert headers["X-PrivateKey"] == "simkey-planted"
    assert headers["Authorization"] == f"Bearer {client.login.tokens.jwt}"
    wanted = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "X-UserType": "USER",
        "X-SourceID": "WEB",
        "X-ClientLocalIP": Identity().local_ip,
        "X-ClientPublicIP": Identity().public_ip,
        "X-MACAddress": Identity().mac,
    }
    assert wanted.items() <= headers.items()


async def test_a_read_with_a_dead_token_is_asked_again_after_one_login(broker, client):
    broker.answers["getRMS"] = [gateway("AG8001"), ok({"net": "1"})]
    assert await read(client) == {"net": "1"}
    assert broker.logins == 2
    first, second = broker.of("getRMS")
    assert first.headers["Authorization"] != second.headers["Authorization"]


async def test_a_token_refused_twice_is_told(broker, client):
    broker.answers["getRMS"] = [gateway("AG8002")]
    with pytest.raises(BrokerAuthRefused, match="AG8002"):
        await read(client)
    assert broker.logins == 2


async def test_many_readers_with_a_dead_token_make_one_login(broker, client):
    await client.login.current()
    dead = client.login.tokens.jwt

    def answer(asked):
        return gateway("AG8001") if dead in asked.headers["Authorization"] else ok(1)

    broker.answers["getRMS"] = [answer]
    assert await asyncio.gather(*(read(client) for _ in range(10))) == [1] * 10
    assert broker.logins == 2


@pytest.mark.parametrize("bad", [bad_gateway, lambda: no("AB1004"), lambda: ok_bytes(b"")])
async def test_a_read_without_an_answer_is_asked_three_times(broker, client, clock, bad):
    broker.answers["getRMS"] = [bad(), bad(), ok(1)]
    assert await read(client) == 1
    assert clock.slept == [0.5, 1.5]
    broker.answers["getRMS"] = [bad()]
    with pytest.raises(BrokerTransient):
        await read(client)


def ok_bytes(body):
    return Told(200, body)


async def test_a_throttled_read_waits_its_rest_and_is_asked_again(broker, client, monkeypatch):
    rests = (20_000_000, 40_000_000)
    monkeypatch.setattr("rustro_kernel.brokers.angelone.limits.BACKOFF_NS", rests)
    broker.answers["getRMS"] = [rate_limited(), rate_limited(), ok(1)]
    began = asyncio.get_running_loop().time()
    assert await read(client) == 1
    assert asyncio.get_running_loop().time() - began >= 0.06


async def test_a_read_throttled_again_and_again_is_told(broker, unpaced):
    broker.answers["getRMS"] = [rate_limited()]
    with pytest.raises(BrokerThrottled):
        await read(unpaced)
    assert len(broker.of("getRMS")) == 5


@pytest.mark.parametrize(
    ("answer", "kind"), [(no("AB1009"), BrokerRefused), (gateway("AG8004"), BrokerMisconfigured)]
)
async def test_a_refusal_is_not_asked_twice(broker, client, answer, kind):
    broker.answers["getRMS"] = [answer]
    with pytest.raises(kind):
        await read(client)
    assert len(broker.of("getRMS")) == 1


@pytest.mark.parametrize("route", WRITES)
@pytest.mark.parametrize(
    ("bad", "kind"),
    [
        (rate_limited, BrokerThrottled),
        (bad_gateway, BrokerTransient),
        (lambda: ok_bytes(b""), BrokerTransient),
        (lambda: ok_bytes(b'{"status": true, "data": {'), BrokerTransient),
        (lambda: no("AB1004"), BrokerTransient),
        (lambda: no("AB1007"), BrokerRefused),
        (lambda: gateway("AG7002"), BrokerMisconfigured),
        (lambda: gateway("AG8001"), BrokerAuthRefused),
    ],
)
async def test_a_write_is_sent_once_whatever_is_answered(broker, unpaced, route, bad, kind):
    broker.answers[route.name] = [bad()]
    with pytest.raises(kind):
        await write(unpaced, route)
    assert len(broker.of(route.name)) == 1


async def test_a_write_with_a_dead_token_leaves_a_new_login_to_the_next_call(broker, client):
    broker.answers["placeOrder"] = [gateway("AG8001"), ok(1)]
    with pytest.raises(BrokerAuthRefused):
        await write(client)
    assert broker.logins == 1
    assert await write(client) == 1
    assert broker.logins == 2


async def test_a_connection_that_dies_leaves_a_write_open_and_unrepeated(broker, client):
    broker.answers["placeOrder"] = [DIE]
    with pytest.raises(BrokerTransient) as caught:
        await write(client)
    assert caught.value.outcome_unknown
    assert caught.value.__cause__ is None
    assert len(broker.of("placeOrder")) == 1


async def test_nobody_listening_is_transient(clock):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with connected(f"http://127.0.0.1:{port}", clock) as client:
        with pytest.raises(BrokerTransient, match="ClientConnectorError"):
            await client.login.current()


async def test_the_callers_timeout_ends_a_call_and_the_next_one_works(broker, client):
    gate = asyncio.Event()

    async def never(asked):
        patience.reschedule(asyncio.get_running_loop().time())
        await gate.wait()
        return ok(1)

    await client.login.current()
    broker.answers["getRMS"] = [never, ok(2)]
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(None) as patience:
            await read(client)
    assert await read(client) == 2
    gate.set()


async def test_an_order_without_an_answer_is_open_and_was_sent_once(broker, clock):
    gate = asyncio.Event()

    async def never(asked):
        await gate.wait()
        return ok(1)

    broker.answers["placeOrder"] = [never]
    async with connected(broker.url, clock, order_timeout_s=0.5) as client:
        with pytest.raises(BrokerTransient, match=r"placeOrder .*: no answer in 0.5 s") as caught:
            await write(client)
        assert caught.value.outcome_unknown
    gate.set()
    assert len(broker.of("placeOrder")) == 1


@pytest.mark.parametrize("key", ["", "a\nb", "k\u00e9y"])
def test_an_api_key_no_header_can_hold_is_refused_and_not_shown(key):
    with pytest.raises(BrokerMisconfigured) as caught:
        Rest("http://x", key, Redaction())
    assert str(caught.value) == "API key is set up wrongly: no text a header can hold"


async def test_the_profile_is_read_as_recorded_and_as_documented(broker, client):
    recorded = {"clientcode": "SIM001", "exchanges": ["nse_fo", "nse_cm"], "products": ["NRML"]}
    documented = recorded | {"exchanges": '[ "NSE", "BSE" ]', "products": None}
    broker.answers["getProfile"] = [ok(recorded), ok(documented)]
    assert await profile(client) == Profile("SIM001", ("nse_fo", "nse_cm"), ("NRML",))
    assert await profile(client) == Profile("SIM001", ("NSE", "BSE"), ())


async def test_the_client_put_together_for_real_talks_to_the_broker(broker, clock):
    broker.answers["getProfile"] = [ok({"clientcode": "SIM001"})]
    async with connect(broker.url, CREDENTIALS, clock) as client:
        assert (await profile(client)).client_id == "SIM001"
        with pytest.raises(LiveRefused):
            await write(client)


async def test_the_client_is_no_redirected_client(broker, client):
    broker.answers["getRMS"] = [Told(302, b"")]
    with pytest.raises(BrokerMisconfigured):
        await read(client)


@pytest.mark.parametrize("route", [PLACE, MODIFY, CANCEL])
async def test_a_client_that_may_not_order_lets_no_order_out(broker, route):
    async with connected(broker.url, Clock(), may_order=False) as client:
        with pytest.raises(LiveRefused, match=route.name):
            await write(client, route)
        assert broker.of(route.name) == []
        assert await client.read(PROFILE, ANY, same) is None


def test_a_client_may_not_order_unless_it_is_said():
    assert Rest("http://x", "k", Redaction())._may_order is False
    assert set(WRITES) == {PLACE, MODIFY, CANCEL}


async def test_a_read_route_is_needed_to_read(client: Client):
    with pytest.raises(AssertionError):
        await client.read(PLACE, ANY, same)
