"""An exchange on a port, with a clock that moves when a test says so."""

import asyncio
from contextlib import contextmanager
from threading import Event, Thread

from rustro_kernel.domain.market_time import SECOND, at
from rustro_kernel.simulator.exchange import MarketClock, Server
from tests.simulator.exchange.make import DATE, exchange


class HandClock(MarketClock):
    """Stands still between two calls of `wait`; thread-safe enough for one who moves it."""

    def __init__(self, clock: str = "10:00:00") -> None:
        self.__dict__["passed_ns"] = 0
        super().__init__(at(DATE, clock), monotonic=lambda: self.__dict__["passed_ns"])

    def wait(self, seconds: float) -> None:
        self.__dict__["passed_ns"] += round(seconds * SECOND)


def server(script: str = "", *, clock: str = "10:00:00", **habits) -> Server:
    """A server that is not running yet, on a clock of the test's."""
    return Server(exchange(script, **habits), HandClock(clock))


@contextmanager
def in_thread(wanted: Server):
    """Runs a server on a loop of its own, for clients that block."""
    ready, stop, failures = Event(), asyncio.Event(), []

    async def serve() -> None:
        async with wanted:
            loops.append(asyncio.get_running_loop())
            ready.set()
            await stop.wait()

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as exc:
            failures.append(exc)
            ready.set()
            raise

    loops: list[asyncio.AbstractEventLoop] = []
    thread = Thread(target=run, name="exchange")
    thread.start()
    ready.wait(20)
    try:
        assert not failures, failures
        yield wanted
    finally:
        if loops:
            loops[0].call_soon_threadsafe(stop.set)
        thread.join(20)
