"""An exchange on a port, with a clock that moves when a test says so."""

import asyncio
from threading import Event, Thread

from rustro_kernel.domain.market_time import SECOND, at
from rustro_kernel.simulator.exchange import MarketClock, Server
from tests.simulator.exchange.make import DATE, exchange


class HandClock(MarketClock):
    """Stands still between two calls of `wait`."""

    def __init__(self, clock: str = "10:00:00") -> None:
        self._passed_ns = 0
        super().__init__(at(DATE, clock), monotonic=lambda: self._passed_ns)

    def wait(self, seconds: float) -> None:
        self._passed_ns += round(seconds * SECOND)

    def lose(self, seconds: float) -> None:
        """It is nobody's but the test's."""


def server(script: str = "", *, clock: str = "10:00:00", **habits) -> Server:
    """A server that is not running yet, on a clock of the test's."""
    return Server(exchange(script, **habits), HandClock(clock))


class Running:
    """A server on a thread and loop of its own, for clients that block."""

    def __init__(self, wanted: Server) -> None:
        self.server, self.clock, self.exchange = wanted, wanted.clock, wanted.exchange
        self._ready, self._stop = Event(), asyncio.Event()
        self._failures: list[BaseException] = []
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._run, name="exchange")

    @property
    def url(self) -> str:
        return self.server.url

    def hang_up(self) -> None:
        """End every socket from the server's side."""
        self._loop.call_soon_threadsafe(self.server._sockets.end)

    def __enter__(self) -> "Running":
        self._thread.start()
        assert self._ready.wait(60), "the exchange did not open"
        assert not self._failures, self._failures
        return self

    def __exit__(self, *_) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(60)

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        except BaseException as exc:
            self._failures.append(exc)
            raise
        finally:
            self._loop.close()
            self._ready.set()

    async def _serve(self) -> None:
        async with self.server:
            self._ready.set()
            await self._stop.wait()
