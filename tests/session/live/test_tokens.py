"""The token watch over a broker's REST host that answers as told."""

import asyncio
from contextlib import asynccontextmanager
from typing import Any

import pytest

from rustro_kernel.domain.market_time import MINUTE, SECOND
from rustro_kernel.session.live.tokens import CHECK_NS, TokenWatch
from tests.brokers.angelone.rest_broker import (
    Clock,
    RestBroker,
    connected,
    granted,
    jwt,
    no,
    ok,
    serving,
)
from tests.session.live.make import background
from tests.session.waiting import until

REFUSED = no("AB1050", "Invalid totp")


class Looked(Clock):
    """Counts how often it is looked at."""

    looked = 0

    def now_ns(self):
        self.looked += 1
        return super().now_ns()


class Watched:
    """A watch, its broker, and what it told."""

    def __init__(self, broker, clock, client) -> None:
        self.broker, self.clock, self.client = broker, clock, client
        self.told: list[Any] = []
        self.reasons: list[str] = []
        self.watch = TokenWatch(client.login, "simkey", clock, self.told.append, 20, look_s=0.005)
        self.watch.when_renewed(self.reasons.append)

    @property
    def generations(self):
        return [told.generation for told in self.told]


@asynccontextmanager
async def watched():
    broker, clock = RestBroker(), Looked()
    async with serving(broker.handle) as url, connected(url, clock) as client:
        yield Watched(broker, clock, client)


async def test_the_first_login_is_told_with_its_end_and_renews_nothing():
    async with watched() as here:
        assert await here.watch.log_in()
        [told] = here.told
        assert (told.generation, told.problem) == (1, "")
        assert told.expires_ns == here.client.login.tokens.expires_ns
        assert here.reasons == []
        assert here.watch.access().feed_token == jwt(1) + "feedToken"


async def test_a_refused_login_is_a_problem_in_the_brokers_words():
    async with watched() as here:
        here.broker.answers["loginByPassword"] = [no("AB1007", "Invalid clientcode or pin")]
        assert not await here.watch.log_in()
        [told] = here.told
        assert (told.generation, told.expires_ns) == (0, 0)
        assert "Invalid clientcode or pin" in told.problem


async def test_a_login_that_takes_too_long_is_a_problem():
    over = asyncio.Event()

    async def slow(_):
        await over.wait()
        return REFUSED

    async with watched() as here:
        here.broker.answers["loginByPassword"] = [slow]
        impatient = TokenWatch(here.client.login, "k", here.clock, here.told.append, 0.05)
        assert not await impatient.log_in()
        assert here.told[0].problem == "no login in 0.05 s"
        over.set()


async def test_a_renewal_is_told_and_opens_the_streams_again():
    async with watched() as here:
        await here.watch.log_in()
        await here.watch.refresh()
        assert here.generations == [1, 2]
        assert here.reasons == ["the tokens were renewed"]
        assert [asked.route for asked in here.broker.asked] == ["loginByPassword", "generateTokens"]


async def test_a_renewal_that_fails_leaves_the_old_tokens_and_says_when_they_end():
    async with watched() as here:
        await here.watch.log_in()
        here.broker.answers["generateTokens"] = [REFUSED]
        await here.watch.refresh()
        told = here.told[-1]
        assert (told.generation, told.expires_ns) == (1, here.told[0].expires_ns)
        assert "generateTokens" in told.problem
        assert len(here.broker.of("generateTokens")) == 3
        assert here.client.login.tokens is not None
        assert here.reasons == []


async def test_somebody_elses_login_is_noticed():
    async with watched() as here:
        await here.watch.log_in()
        async with background(here.watch.run()):
            here.client.login.refused(here.client.login.tokens)
            await here.client.login.current()
            await until(lambda: here.generations == [1, 2])
            assert here.reasons == ["the tokens were renewed"]


async def test_dead_tokens_are_replaced_at_once():
    async with watched() as here:
        await here.watch.log_in()
        async with background(here.watch.run()):
            here.client.login.refused(here.client.login.tokens)
            await until(lambda: here.generations == [1, 2])
            assert here.client.login.tokens.generation == 2


async def test_what_a_stream_refused_is_used_no_more():
    async with watched() as here:
        await here.watch.log_in()
        here.watch.access()
        assert await here.watch.replace()
        assert here.generations == [1, 2]
        assert here.watch.access().feed_token == jwt(2) + "feedToken"


async def test_a_failure_is_told_once_and_tried_again_every_five_minutes():
    async with watched() as here:
        await here.watch.log_in()
        here.broker.answers["loginByPassword"] = [REFUSED]
        async with background(here.watch.run()):
            here.client.login.refused(here.client.login.tokens)
            await until(lambda: len(here.told) == 2)
            assert "Invalid totp" in here.told[1].problem
            tried = len(here.broker.of("loginByPassword"))
            here.clock.ns += CHECK_NS - MINUTE
            looked = here.clock.looked
            await until(lambda: here.clock.looked > looked + 5)
            assert len(here.broker.of("loginByPassword")) == tried
            here.clock.ns += MINUTE
            await until(lambda: len(here.broker.of("loginByPassword")) > tried)
            assert len(here.told) == 2
            here.broker.answers["loginByPassword"] = [ok(granted(7))]
            here.clock.ns += CHECK_NS
            await until(lambda: here.generations == [1, 1, 2])
            assert here.told[2].problem == ""


async def test_tokens_that_end_are_replaced_by_the_regular_check():
    async with watched() as here:
        await here.watch.log_in()
        async with background(here.watch.run()):
            here.clock.ns = here.told[0].expires_ns + SECOND
            await until(lambda: here.generations == [1, 2])


async def test_when_the_old_tokens_die_after_a_failed_renewal_there_is_one_login_at_once():
    async with watched() as here:
        await here.watch.log_in()
        here.broker.answers["generateTokens"] = [REFUSED]
        here.broker.answers["loginByPassword"] = [REFUSED, REFUSED, REFUSED, ok(granted(7))]
        await here.watch.refresh()
        async with background(here.watch.run()):
            here.clock.ns = here.told[0].expires_ns + SECOND
            await until(lambda: len(here.broker.of("loginByPassword")) == 4)
            looked = here.clock.looked
            await until(lambda: here.clock.looked > looked + 5)
            assert len(here.broker.of("loginByPassword")) == 4  # three tries, then the regular look
            here.clock.ns += CHECK_NS
            await until(lambda: here.generations[-1] == 2)


async def test_tokens_that_the_broker_refuses_have_ended_whatever_their_date_says():
    async with watched() as here:
        await here.watch.log_in()
        here.watch.access()
        here.broker.answers["loginByPassword"] = [REFUSED]
        assert not await here.watch.replace()
        assert here.told[-1].expires_ns <= here.clock.ns
        assert here.told[-1].expires_ns < here.told[0].expires_ns


async def test_nobody_can_open_a_stream_before_the_login():
    async with watched() as here:
        with pytest.raises(AssertionError, match="nobody has logged in"):
            here.watch.access()
