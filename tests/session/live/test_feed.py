"""The market stream of the simulated exchange as inputs."""

from contextlib import asynccontextmanager

import pytest
from msgspec.structs import replace

from rustro_kernel.brokers.angelone.market_stream import MarketStream
from rustro_kernel.brokers.angelone.sanity import Gate
from rustro_kernel.config import Config
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine.inputs import StreamChanged, Subscribed, TokensChanged
from rustro_kernel.session.live.fallback import Fallback
from rustro_kernel.session.live.feed import Feed
from rustro_kernel.session.live.feed_settings import gate_settings, stream_settings
from rustro_kernel.session.live.market_side import hours
from rustro_kernel.session.live.tokens import TokenWatch
from tests.session.live.make import Desk, Hands, background, client_of, fast_server, plan
from tests.session.waiting import until
from tests.simulator.exchange.make import INDEX, market

INDEX_KEY = InstrumentKey(f"NSE:{INDEX}")
NOBODY = InstrumentKey("NFO:424242")
KEYS = tuple(each.key for each in market().instruments()[:4])


class World:
    """A feed on a running exchange, logged in."""

    def __init__(self, running, planned, client, answer_s) -> None:
        self.running, self.pace = running, planned.pace
        self.hands, self.desk = Hands(), Desk()
        self.tokens = TokenWatch(client.login, "simkey", self.pace, self.take, 20)
        is_open, speed = hours(planned.rules), self.pace.speed
        self.stream = MarketStream(
            planned.cfg.broker.stream_url,
            self.tokens.access,
            self.pace,
            is_open=is_open,
            settings=stream_settings(planned.cfg.stream, speed),
            gate=Gate(gate_settings(speed)),
        )
        self.feed = Feed(
            self.stream, self.hands, self.pace, self.desk, self.tokens.replace, answer_s=answer_s
        )
        self.fallback = Fallback(client, self.feed, self.hands, self.pace, is_open, 10)

    def take(self, body) -> None:
        self.hands.take(body, self.pace.now_ns())

    def ups(self) -> list[bool]:
        return [change.connected for change in self.hands.of(StreamChanged)]

    def ticks(self, key=INDEX_KEY):
        return [tick for tick in self.hands.of(Tick) if tick.instrument == key]


@asynccontextmanager
async def feeding(tmp_path, script="", answer_s=10.0, overrides=None, **server):
    """A feed that runs, connected, with its fallback."""
    running = fast_server(script, **{"clock": "10:00:00", "speed": 20.0, **server})
    async with running:
        planned = plan(running, tmp_path, **(overrides or {}))
        async with client_of(running, planned.pace) as client:
            here = World(running, planned, client, answer_s)
            assert await here.tokens.log_in()
            work = planned.pace.follow(), here.feed.run(), here.fallback.run()
            async with background(*work):
                here.feed.connect()
                yield here


async def test_ticks_reach_the_desk_before_the_session_stamped_alike(tmp_path):
    async with feeding(tmp_path) as here:
        await until(lambda: here.ups() == [True])
        await here.feed.subscribe(KEYS, depth=False)
        await until(lambda: len(here.ticks()) > 5)
        assert here.hands.of(Subscribed) == [Subscribed(KEYS)]
        handed = list(zip(here.hands.bodies, here.hands.stamps, strict=True))
        taken = [pair for pair in handed if isinstance(pair[0], Tick)]
        assert here.desk.ticks == taken
        assert here.hands.batches <= len(handed)
        late = [now - tick.exch_ts for tick, now in taken]
        assert max(late) < 60 * SECOND


async def test_what_never_answers_is_named_and_the_rest_confirmed(tmp_path, caplog):
    async with feeding(tmp_path, answer_s=0.5) as here:
        await here.feed.subscribe((INDEX_KEY, NOBODY), depth=False)
        assert here.hands.of(Subscribed) == [Subscribed((INDEX_KEY,))]
        [note] = here.hands.noted("subscription")
        assert (note["what"], note["instruments"]) == ("silent", NOBODY)
        assert f"subscription silent: {NOBODY}" in caplog.text


async def test_what_the_stream_cannot_address_is_a_note_and_no_failure(tmp_path):
    async with feeding(tmp_path) as here:
        await here.feed.subscribe((InstrumentKey("NYSE:1"),), depth=False)
        [note] = here.hands.noted("subscription")
        assert note["what"] == "refused"
        assert here.hands.of(Subscribed) == []


async def test_a_lost_connection_is_told_once_each_way_and_subscriptions_survive(tmp_path):
    async with feeding(tmp_path) as here:
        await here.feed.subscribe(KEYS, depth=False)
        await until(here.ticks)
        here.running._sockets.end()
        await until(lambda: here.ups() == [True, False, True])
        count = len(here.ticks())
        await until(lambda: len(here.ticks()) > count)
        lost = here.hands.of(StreamChanged)[1]
        assert lost.reason
        assert here.feed.down_since_ns == 0
        assert [note["phase"] for note in here.hands.noted("stream")] == ["open", "waiting", "open"]


async def test_while_the_inbox_is_full_ticks_wait_and_none_is_lost(tmp_path):
    async with feeding(tmp_path) as here:
        await here.feed.subscribe(KEYS, depth=False)
        await until(here.ticks)
        here.hands.is_full = True
        seen, accepted = len(here.hands.of(Tick)), here.stream.gate.accepted
        await until(lambda: here.stream.gate.accepted > accepted + 20)
        assert len(here.hands.of(Tick)) == seen
        here.hands.is_full = False
        await until(lambda: len(here.hands.of(Tick)) > seen + 20)
        stamps = [tick.exch_ts for tick in here.ticks()]
        assert stamps == sorted(stamps)


async def test_unsubscribed_instruments_come_no_more(tmp_path):
    async with feeding(tmp_path) as here:
        await here.feed.subscribe(KEYS, depth=False)
        await until(here.ticks)
        here.feed.unsubscribe([INDEX_KEY])
        count = len(here.ticks())
        others = len(here.hands.of(Tick))
        await until(lambda: len(here.hands.of(Tick)) > others + 20)
        assert len(here.ticks()) == count
        assert INDEX_KEY not in here.feed.watched


async def test_a_stream_that_stays_down_is_replaced_by_quotes_until_it_is_back(tmp_path):
    async with feeding(tmp_path, connections=0) as here:  # every handshake is refused: 429
        subscribing = here.feed.subscribe(KEYS, depth=False)
        async with background(subscribing):
            await until(lambda: here.ups() == [False])
            since_ns = here.feed.down_since_ns
            await until(lambda: len(here.ticks()) > 3)
            assert here.hands.stamps[here.hands.bodies.index(here.ticks()[0])] >= (
                since_ns + 5 * SECOND
            )
            assert all(tick.depth is None for tick in here.hands.of(Tick))
            assert here.hands.noted("fallback") == [{"polling": True}]
            here.running.exchange.handshakes._most = 3
            await until(lambda: here.ups() == [False, True])
            await until(lambda: len(here.hands.noted("fallback")) == 2)
        for key in KEYS:
            stamps = [tick.exch_ts for tick in here.ticks(key)]
            assert stamps == sorted(stamps)


async def test_outside_the_hours_nothing_is_polled(tmp_path):
    async with feeding(tmp_path, clock="08:30:00", speed=100.0, connections=0) as here:
        here.feed.watched[INDEX_KEY] = False
        here.feed.connect()
        asked_ns = here.pace.now_ns()
        await until(lambda: here.pace.now_ns() > asked_ns + 60 * SECOND)
        assert here.running.exchange.requests["quote"] == 0


async def test_a_quote_never_runs_behind_a_newer_tick_nor_a_tick_behind_a_quote(tmp_path):
    async with feeding(tmp_path) as here:
        await here.feed.subscribe(KEYS, depth=False)
        await until(here.ticks)
        last = here.ticks()[-1]
        count = len(here.ticks())
        here.feed.polled([last, Tick(INDEX_KEY, last.exch_ts - SECOND, 1)])
        assert len(here.ticks()) == count
        ahead = last.exch_ts + 600 * SECOND
        here.feed.polled([Tick(INDEX_KEY, ahead, 99)])
        assert here.ticks()[-1].ltp == 99
        accepted = here.stream.gate.accepted
        await until(lambda: here.stream.gate.accepted > accepted + 20)
        assert here.ticks()[-1].exch_ts == ahead


async def test_refused_tokens_are_replaced_and_the_stream_opens_again(tmp_path):
    async with feeding(tmp_path, speed=60.0) as here:
        await here.feed.subscribe(KEYS, depth=False)
        await until(here.ticks)
        here.running.exchange.logins.expire()
        here.feed.renewed("a test")
        await until(lambda: here.ups()[-2:] == [False, True] and len(here.ups()) >= 3)
        generations = [told.generation for told in here.hands.of(TokensChanged)]
        assert generations == [1, 2]
        count = len(here.ticks())
        await until(lambda: len(here.ticks()) > count)


async def test_a_key_nobody_knows_closes_the_stream_for_good_and_not_the_session(tmp_path, caplog):
    async with feeding(tmp_path) as here:
        here.tokens._api_key = "another"
        here.feed.renewed("a test")
        await until(lambda: "closed for good" in caplog.text)
        assert here.ups()[-1] is False
        assert here.feed.down_since_ns > 0


def test_what_tells_a_dead_connection_is_the_walls_time_and_the_next_attempt_the_markets():
    plain, fast = (stream_settings(Config.load().stream, speed) for speed in (1.0, 60.0))
    assert (plain.ping_interval_s, plain.pong_timeout_s, plain.stall_s) == (10, 5, 15)
    assert (plain.backoff_s, plain.max_reconnects_per_min) == ((1, 2, 4, 8, 16, 30), 10)
    assert (fast.ping_interval_s, fast.pong_timeout_s, fast.stall_s) == (600, 300, 900)
    assert (plain.stall_fast_s, fast.stall_fast_s) == (5, 300)
    assert fast.backoff_s[:2] == pytest.approx((1 / 60, 2 / 60))
    assert fast.max_reconnects_per_min == 600
    assert (gate_settings(1.0).future_s, gate_settings(60.0).future_s) == (5, 30)


def test_ticks_must_flow_while_anything_trades():
    is_open = hours(market().rules)
    legs = market().rules.derivative_legs
    assert not is_open(legs[0].open_ns - 1)
    assert is_open(legs[0].open_ns)
    assert is_open(legs[-1].close_ns - 1)
    assert not is_open(legs[-1].close_ns)


async def test_a_quote_that_is_asked_for_comes_even_if_nothing_has_changed(tmp_path):
    async with feeding(tmp_path) as here:
        await here.feed.subscribe(KEYS, depth=False)
        await until(here.ticks)
        here.feed.unsubscribe(KEYS)
        here.feed.watched.update(dict.fromkeys(KEYS, True))  # still held, but the stream is silent
        before = here.ticks()
        await here.fallback.ask((INDEX_KEY,))
        await here.fallback.ask((INDEX_KEY,))
        answers = here.ticks()[len(before) :]
        assert len(answers) == 2
        stamps = [tick.exch_ts for tick in (*before, *answers)]
        assert stamps == sorted(stamps)
        assert {tick.instrument for tick in here.hands.of(Tick)[-2:]} == {INDEX_KEY}


async def test_an_older_quote_is_no_answer(tmp_path):
    async with feeding(tmp_path) as here:
        await here.feed.subscribe(KEYS, depth=False)
        await until(here.ticks)
        last = here.ticks()[-1]
        count = len(here.ticks())
        second = last.exch_ts - last.exch_ts % SECOND
        here.feed.asked([replace(last, exch_ts=second - 1)])
        assert here.ticks()[count:] == []
        here.feed.asked([replace(last, exch_ts=second)])
        assert here.ticks()[count].exch_ts == here.feed._latest[INDEX_KEY]


async def test_nothing_is_asked_of_what_nobody_watches(tmp_path):
    async with feeding(tmp_path) as here:
        await here.fallback.ask((INDEX_KEY,))
        assert here.ticks() == []


async def test_a_question_that_fails_is_a_warning_and_the_next_one_is_asked(tmp_path, caplog):
    async with feeding(tmp_path) as here:
        await here.feed.subscribe(KEYS, depth=False)
        await until(here.ticks)
        here.fallback._timeout_s = 0
        await here.fallback.ask((INDEX_KEY,))
        assert "no quotes over REST: no answer in time" in caplog.text
        here.fallback._timeout_s = 10
        count = len(here.ticks())
        await here.fallback.ask((INDEX_KEY,))
        assert len(here.ticks()) > count
