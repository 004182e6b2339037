"""One login for all; a code is used once; a refused PIN is never sent again."""

import asyncio

import pytest
from hypothesis import given, strategies as st

from rustro_kernel.brokers.angelone.auth import Login
from rustro_kernel.brokers.angelone.tokens import expiry_ns
from rustro_kernel.brokers.angelone.totp import STEP_NS, Codes
from rustro_kernel.domain.errors import (
    BrokerAuthRefused,
    BrokerMisconfigured,
    BrokerTransient,
)
from rustro_kernel.domain.market_time import DAY, SECOND, midnight_ns
from tests.brokers.angelone.days import TODAY
from tests.brokers.angelone.rest_broker import (
    CREDENTIALS,
    NOW,
    SEED,
    bad_gateway,
    connected,
    gateway,
    granted,
    jwt,
    no,
    ok,
    rate_limited,
)

MIDNIGHT = midnight_ns(TODAY) + DAY


def codes(seed):
    return Codes(CREDENTIALS._replace(totp_seed=seed))


@pytest.mark.parametrize(("at_s", "code"), [(59, "287082"), (1111111109, "081804"),
                                            (1234567890, "005924")])  # fmt: skip
def test_the_codes_are_those_of_rfc_6238(at_s, code):
    assert codes(SEED).take(at_s * SECOND) == code


@given(st.lists(st.integers(0, 3 * STEP_NS), min_size=2, max_size=20))
def test_a_code_is_never_given_out_twice(waits):
    of, now, taken = codes(SEED), NOW, []
    for wait in waits:
        now += wait
        now += of.wait_ns(now)
        assert of.wait_ns(now) == 0
        of.take(now)
        taken.append(now // STEP_NS)
    assert sorted(set(taken)) == taken


def test_a_code_about_to_end_is_not_begun():
    assert codes(SEED).wait_ns(STEP_NS - SECOND // 2) == SECOND // 2
    assert codes(SEED).wait_ns(STEP_NS - 2 * SECOND) == 0


def test_a_seed_as_people_copy_it_is_understood_and_a_wrong_one_is_not_shown():
    spaced = " ".join([SEED[:4].lower(), SEED[4:]])
    assert codes(spaced).take(59 * SECOND) == codes(SEED).take(59 * SECOND)
    with pytest.raises(BrokerMisconfigured) as caught:
        codes("NOT-BASE32-8190")
    assert "8190" not in str(caught.value)
    assert repr(codes(SEED)) == "Codes(...)"


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        (jwt(1, NOW // SECOND + 3600), NOW + 3600 * SECOND),
        (jwt(1, NOW // SECOND + 100 * 3600), MIDNIGHT),
        ("no-jwt-at-all", MIDNIGHT),
        ("a.%%%.c", MIDNIGHT),
        ("a.bm90IGpzb24.c", MIDNIGHT),
        ("a.eyJleHAiOiAiMSJ9.c", MIDNIGHT),
    ],
)
def test_tokens_end_with_their_date_and_not_after_midnight(token, expected):
    assert expiry_ns(token, NOW) == expected


async def test_a_login_sends_client_pin_and_code_and_keeps_the_tokens(broker, client):
    tokens = await client.login.current()
    assert await client.login.current() is tokens
    (asked,) = broker.of("loginByPassword")
    assert asked.body == {"clientcode": "SIM001", "password": "1234", "totp": codes(SEED).take(NOW)}
    assert "Authorization" not in asked.headers
    assert (tokens.generation, tokens.expires_ns) == (1, MIDNIGHT)


async def test_callers_at_the_same_time_share_one_login(broker, client):
    found = await asyncio.gather(*(client.login.current() for _ in range(20)))
    assert broker.logins == 1
    assert all(tokens is found[0] for tokens in found)


async def test_callers_at_the_same_time_share_one_failure(broker, client):
    broker.answers["loginByPassword"] = [no("AB1007", "Login Id or password is invalid")]
    calls = (client.login.current() for _ in range(5))
    found = await asyncio.gather(*calls, return_exceptions=True)
    assert [str(each) for each in found] == 5 * [
        "loginByPassword is set up wrongly: AB1007 Login Id or password is invalid"
    ]
    assert len(broker.asked) == 1


async def test_a_refused_pin_is_never_sent_again(broker, client):
    broker.answers["loginByPassword"] = [no("AB1007")]
    for _ in range(3):
        with pytest.raises(BrokerMisconfigured):
            await client.login.current()
    assert len(broker.asked) == 1


@pytest.mark.parametrize("code", ["AB1000", "AB1001", "AB1002", "AB1006", "AB1032"])
async def test_client_and_pin_have_more_codes_than_one(broker, client, code):
    broker.answers["loginByPassword"] = [no(code)]
    for _ in range(2):
        with pytest.raises(BrokerMisconfigured):
            await client.login.current()
    assert len(broker.asked) == 1


@pytest.mark.parametrize("code", ["AB9999", "AB1011x", ""])
async def test_a_refusal_nobody_knows_ends_three_tries_and_not_the_login(broker, client, code):
    broker.answers["loginByPassword"] = [no(code, "come back later")] * 3 + [ok(granted())]
    with pytest.raises(BrokerTransient, match="come back later"):
        await client.login.current()
    assert len(broker.asked) == 3
    assert (await client.login.current()).generation == 1


async def test_a_refresh_that_is_refused_for_no_known_reason_is_tried_again(broker, client):
    await client.login.current()
    broker.answers["generateTokens"] = [no("AB9999"), no("AB9999"), ok(granted(2))]
    assert (await client.login.refresh()).generation == 2


@pytest.mark.parametrize("first", [no("AB1050", "Invalid totp"), bad_gateway(), rate_limited()])
async def test_a_login_that_failed_in_passing_uses_the_next_code(broker, client, clock, first):
    client.wire.turnstile.refused = lambda *_: None
    broker.answers["loginByPassword"] = [first, ok(granted())]
    await client.login.current()
    one, two = (asked.body["totp"] for asked in broker.asked)
    assert one != two
    assert clock.ns == NOW + 30 * SECOND


async def test_three_refused_codes_end_the_attempt_and_not_the_login(broker, client):
    broker.answers["loginByPassword"] = [no("AB1050", "Invalid totp")] * 3 + [ok(granted())]
    with pytest.raises(BrokerAuthRefused, match="AB1050 Invalid totp"):
        await client.login.current()
    assert len(broker.asked) == 3
    assert (await client.login.current()).generation == 1


@pytest.mark.parametrize("data", [None, {}, {"jwtToken": "x"}, granted() | {"feedToken": ""},
                                  granted() | {"jwtToken": "a\nb"}, "text", 3])  # fmt: skip
async def test_a_login_without_its_tokens_is_no_login(broker, client, data):
    broker.answers["loginByPassword"] = [ok(data)]
    with pytest.raises(BrokerTransient):
        await client.login.current()


async def test_tokens_die_at_midnight_and_the_next_caller_logs_in(broker, client, clock):
    first = await client.login.current()
    clock.ns = MIDNIGHT - 1
    assert await client.login.current() is first
    clock.ns = MIDNIGHT
    assert client.login.tokens is None
    assert (await client.login.current()).generation == 2


async def test_a_refresh_gives_new_tokens_and_keeps_the_new_refresh_token(broker, client):
    first = await client.login.current()
    second = await client.login.refresh()
    third = await client.login.refresh()
    one, two = broker.of("generateTokens")
    assert (one.body, two.body) == (
        {"refreshToken": first.refresh},
        {"refreshToken": second.refresh},
    )
    assert one.headers["Authorization"] == f"Bearer {first.jwt}"
    assert [t.generation for t in (first, second, third)] == [1, 2, 3]


async def test_a_refresh_is_tried_three_times_and_the_old_tokens_stay(broker, client, clock):
    first = await client.login.current()
    broker.answers["generateTokens"] = [bad_gateway()]
    with pytest.raises(BrokerTransient):
        await client.login.refresh()
    assert len(broker.of("generateTokens")) == 3
    assert clock.slept == [5, 5]
    assert await client.login.current() is first


async def test_orders_do_not_wait_for_a_refresh_while_the_old_token_lives(broker, client):
    first = await client.login.current()
    gate = asyncio.Event()

    async def slow(_):
        await gate.wait()
        return ok(granted(2))

    broker.answers["generateTokens"] = [slow]
    refreshing = asyncio.get_running_loop().create_task(client.login.refresh())
    while not broker.of("generateTokens"):
        await asyncio.sleep(0)
    assert await client.login.current() is first
    gate.set()
    assert (await refreshing).generation == 2


async def test_two_refreshes_at_the_same_time_are_one(broker, client):
    await client.login.current()
    one, two = await asyncio.gather(client.login.refresh(), client.login.refresh())
    assert one is two
    assert len(broker.of("generateTokens")) == 1


async def test_a_refresh_of_dead_tokens_is_a_login(broker, client, clock):
    await client.login.current()
    clock.ns = MIDNIGHT + SECOND
    assert (await client.login.refresh()).generation == 2
    assert broker.of("generateTokens") == []


async def test_who_gives_up_leaves_the_login_to_the_next(broker, client):
    gate = asyncio.Event()

    async def slow(_):
        await gate.wait()
        return ok(granted())

    broker.answers["loginByPassword"] = [slow, ok(granted(2))]
    waiting = [asyncio.get_running_loop().create_task(client.login.current()) for _ in range(2)]
    while not broker.asked:
        await asyncio.sleep(0)
    waiting[0].cancel()
    gate.set()
    assert (await waiting[1]).jwt == granted(2)["jwtToken"]


async def test_a_login_without_an_answer_holds_nobody_up_for_ever(broker, client, clock):
    never = asyncio.Event()

    async def silent(_):
        await never.wait()
        return ok(granted())

    broker.answers["loginByPassword"] = [silent, ok(granted(2))]
    login = Login(client.wire, CREDENTIALS, clock, clock.sleep, answer_s=0.05)
    assert (await login.current()).jwt == granted(2)["jwtToken"]
    broker.answers["generateTokens"] = [silent]
    with pytest.raises(BrokerTransient, match=r"no answer in 0\.05 s"):
        await login.refresh()
    never.set()


async def test_logging_out_forgets_the_tokens(broker, client):
    tokens = await client.login.current()
    broker.answers["logout"] = [ok("Logout Successfully")]
    await client.login.log_out()
    await client.login.log_out()
    (asked,) = broker.of("logout")
    assert asked.body == {"clientcode": "SIM001"}
    assert asked.headers["Authorization"] == f"Bearer {tokens.jwt}"
    assert client.login.tokens is None


async def test_a_gateway_that_knows_no_such_key_is_final(broker, client):
    broker.answers["loginByPassword"] = [gateway("AG8004", "Invalid API Key")]
    with pytest.raises(BrokerMisconfigured, match="AG8004 Invalid API Key"):
        await client.login.current()


async def test_a_bearer_prefix_is_not_doubled(broker, clock):
    broker.answers["loginByPassword"] = [ok(granted() | {"jwtToken": f"Bearer {jwt(1)}"})]
    async with connected(broker.url, clock) as client:
        assert (await client.login.current()).jwt == jwt(1)
