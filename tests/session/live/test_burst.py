"""Fifty intents in ten seconds, at an exchange that keeps the broker's limits, in real time."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from rustro_kernel.brokers.angelone.auth import Login
from rustro_kernel.brokers.angelone.client import Client
from rustro_kernel.brokers.angelone.rest import Rest
from rustro_kernel.brokers.angelone.turnstile import Turnstile
from rustro_kernel.brokers.angelone.wire import Wire
from rustro_kernel.domain.market_time import SECOND, at
from rustro_kernel.domain.orders import OrderStatus, Side
from rustro_kernel.domain.redaction import Redaction
from rustro_kernel.simulator.exchange import MarketClock, Server
from tests.session.live.desks import CREDENTIALS, DeskBench, ServersPace, at_desk
from tests.session.waiting import until
from tests.simulator.exchange.make import ACCOUNT, DATE, exchange

BUYS, EXITS = 40, 10
PUBLISHED, OURS = 9, 8
"""Orders a second: the broker's limit for all three routes together, and what we keep to."""


class RealPace(ServersPace):
    """A market that is no faster than the wall."""

    speed = 1.0

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@asynccontextmanager
async def bench():
    """A desk with the real rate limits, at an exchange that enforces its own."""
    server = Server(exchange(has_limits=True), MarketClock(at(DATE, "10:00:00"), 1.0))
    loop = asyncio.get_running_loop()
    async with server, Rest(server.url, ACCOUNT.api_key, Redaction(), may_order=True) as rest:
        pace = RealPace(server.clock)
        wire = Wire(rest, Turnstile(lambda: round(loop.time() * SECOND)))
        login = Login(wire, CREDENTIALS, pace, pace.sleep)
        async with at_desk(server, Client(wire, login, pace.sleep, 30.0)) as made:
            made.pace = pace
            yield made


def most_in_a_second(times_ns: list[int]) -> int:
    """Of any second."""
    return max(sum(t <= other < t + SECOND for other in times_ns) for t in times_ns)


def arrivals(b: DeskBench) -> dict[str, int]:
    """When the exchange took each order, in the order in which it did."""
    return {order.form.tag: order.placed_ns for order in b.exchange.day.desk}


async def burst(b: DeskBench) -> None:
    """Entries that rest, all at once, and in the midst of them the exits of what is held."""
    for n in range(BUYS):
        b.place(f"buy{n}", rests=True)
    await asyncio.sleep(0)
    for n in range(EXITS):
        b.place(f"exit{n}", side=Side.SELL)


@pytest.mark.timeout(90)
async def test_a_burst_keeps_the_limits_sells_first_and_doubles_nothing():
    async with bench() as b:
        b.place("held", lots=EXITS)
        await until(lambda: b.is_over("held"))
        await burst(b)
        tags = set(b.tags)
        await until(lambda: set(arrivals(b)) == tags)
        await until(lambda: all(b.is_over(f"exit{n}") for n in range(EXITS)))
        taken = arrivals(b)
        times = list(taken.values())
        took_s = (times[-1] - times[1]) / SECOND
        rate = most_in_a_second(times)
        print(f"51 orders in {took_s:.1f} s, {rate} in the busiest second")  # noqa: T201
        assert took_s < 10
        assert rate <= PUBLISHED  # what left 8 in a second may arrive a little closer together
        order = list(taken)
        last_exit = max(order.index(f"exit{n}") for n in range(EXITS))
        ahead = [tag for tag in order[:last_exit] if tag.startswith("buy")]
        assert len(ahead) <= OURS  # those that had left before the first exit was born
        assert all(len(b.at_exchange(tag)) == 1 for tag in tags)
        assert b.exchange.day.pit.portfolio.violations == {}
        unsure = [u.tag for u in b.told if u.status is OrderStatus.UNKNOWN]
        assert unsure == []
