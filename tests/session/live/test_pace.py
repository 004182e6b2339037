import asyncio
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from rustro_kernel.configuration.sections import Broker
from rustro_kernel.domain.errors import BadConfig
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.session.live.pace import ExchangePace, Reading, WallPace, find_pace
from rustro_kernel.simulator.exchange import MarketClock, Server
from tests.session.waiting import until
from tests.simulator.exchange.make import exchange
from tests.simulator.exchange.running import HandClock, Running, server

NOON = 12 * 3600 * SECOND


class Monotonic:
    def __init__(self) -> None:
        self.ns = 5 * SECOND

    def __call__(self) -> int:
        return self.ns

    def pass_s(self, seconds: float) -> int:
        self.ns += round(seconds * SECOND)
        return self.ns


@pytest.fixture
def monotonic():
    return Monotonic()


@pytest.fixture
def pace(monotonic):
    return ExchangePace("http://127.0.0.1:1", Reading(NOON, 60.0), monotonic)


def test_between_two_looks_it_runs_at_the_exchanges_speed(pace, monotonic):
    monotonic.pass_s(0.5)
    assert pace.now_ns() == NOON + 30 * SECOND
    assert pace.wait_s(NOON + 90 * SECOND) == 1.0
    assert pace.wait_s(NOON) == 0.0


def test_it_stands_still_where_it_is_ahead_and_never_goes_back(pace, monotonic):
    monotonic.pass_s(1)
    assert pace.now_ns() == NOON + 60 * SECOND
    pace.correct(Reading(NOON + 30 * SECOND, 60.0), monotonic.ns, monotonic.ns)
    assert pace.now_ns() == NOON + 60 * SECOND
    monotonic.pass_s(0.5)
    assert pace.now_ns() == NOON + 60 * SECOND
    monotonic.pass_s(0.5)
    assert pace.now_ns() == NOON + 90 * SECOND


def test_a_slow_answer_moves_it_no_further_than_the_answer_proves(pace, monotonic):
    sent = monotonic.ns
    received = monotonic.pass_s(1)  # the exchange stood anywhere between noon and a minute later
    pace.correct(Reading(NOON + 20 * SECOND, 60.0), sent, received)
    assert pace.now_ns() == NOON + 60 * SECOND
    pace.correct(Reading(NOON + 70 * SECOND, 60.0), sent, received)
    assert pace.now_ns() == NOON + 70 * SECOND


def test_another_speed_counts_from_when_it_is_known(pace, monotonic):
    received = monotonic.pass_s(1)
    pace.correct(Reading(NOON + 60 * SECOND, 1.0), received, received)
    monotonic.pass_s(2)
    assert (pace.now_ns(), pace.speed) == (NOON + 62 * SECOND, 1.0)


async def test_it_follows_the_page_of_a_real_exchange():
    async with server(clock="10:00:00") as running:
        clock = running.clock
        assert isinstance(clock, HandClock)
        pace = ExchangePace(running.url, Reading(clock.now_ns(), 1.0))
        following = asyncio.get_running_loop().create_task(pace.follow())
        clock.wait(3600)
        await until(lambda: pace.now_ns() >= clock.now_ns())
        assert pace.now_ns() < clock.now_ns() + 2 * SECOND
        following.cancel()


async def test_an_exchange_that_is_gone_does_not_end_it(caplog):
    pace = ExchangePace("http://127.0.0.1:1", Reading(NOON, 60.0))
    following = asyncio.get_running_loop().create_task(pace.follow())
    await until(lambda: "does not tell its time" in caplog.text)
    assert not following.done()
    following.cancel()


async def test_a_sleep_lasts_for_the_markets_seconds():
    clock = MarketClock(NOON, 1000.0)
    pace = ExchangePace("http://127.0.0.1:1", Reading(NOON, 1000.0))
    await pace.sleep(50)
    assert pace.now_ns() >= NOON + 50 * SECOND
    assert clock.now_ns() < NOON + 5000 * SECOND


def test_the_exchange_is_found_where_it_answers():
    with Running(Server(exchange(), MarketClock(NOON, 30.0))) as running:
        pace = find_pace(Broker(rest_url=running.url))
        assert isinstance(pace, ExchangePace)
        assert pace.speed == 30.0
        assert NOON <= pace.now_ns() < NOON + 600 * SECOND
        assert isinstance(find_pace(Broker(rest_url=running.url, clock="wall")), WallPace)


def test_what_answers_without_being_an_exchange_leaves_the_walls_time():
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as other:  # 501 to everything
        answering = Thread(target=other.handle_request)
        answering.start()
        pace = find_pace(Broker(rest_url=f"http://127.0.0.1:{other.server_port}"))
        answering.join()
    assert isinstance(pace, WallPace)


@pytest.mark.parametrize("clock", ["auto", "exchange"])
def test_an_exchange_that_was_not_started_is_refused_not_replaced_by_todays_date(clock):
    with pytest.raises(BadConfig, match=r"broker\.rest_url: nothing listens at .*:1; start the"):
        find_pace(Broker(rest_url="http://127.0.0.1:1", clock=clock))


def test_only_this_machine_is_asked_for_its_time():
    with pytest.raises(BadConfig, match=r"broker\.clock: got 'exchange', but"):
        find_pace(Broker(rest_url="https://apiconnect.angelone.in", clock="exchange"))


def test_the_wall_runs_at_its_own_speed():
    pace = WallPace()
    assert 59 < pace.wait_s(pace.now_ns() + 60 * SECOND) <= 60
