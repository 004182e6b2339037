"""The exchange on a loopback port: HTTP and both streams, nothing decided here."""

import asyncio
from types import TracebackType
from typing import Self

from aiohttp import web

from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.simulator.exchange.clock import MarketClock
from rustro_kernel.simulator.exchange.delivery import deliver, http_date
from rustro_kernel.simulator.exchange.exchange import Exchange
from rustro_kernel.simulator.exchange.gate import Request
from rustro_kernel.simulator.exchange.quote import Quote
from rustro_kernel.simulator.exchange.sockets import Sockets, lowered
from rustro_kernel.simulator.exchange.status import status

HOST = "127.0.0.1"
STATUS_PATH = "/_simulator/status"
CLOCK_PATH = "/_simulator/clock"
SHORTEST_BEAT_S, LONGEST_BEAT_S = 0.001, 0.05


class Server:
    """Runs an exchange while its `async with` block does.

    Args:
        exchange: What answers.
        clock: The market's time.
        port: 0 takes a free one.
    """

    def __init__(self, exchange: Exchange, clock: MarketClock, port: int = 0) -> None:
        self.exchange, self.clock, self.port = exchange, clock, port
        self._sockets = Sockets(exchange, clock, self.spread)
        self._runner: web.AppRunner | None = None
        self._beat: asyncio.TimerHandle | None = None

    @property
    def url(self) -> str:
        """Where REST is; the streams are at `ws://` of the same."""
        return f"http://{HOST}:{self.port}"

    def status(self) -> dict[str, object]:
        """The day so far, the faults injected, the connections."""
        now_ns = self.clock.now_ns()
        return {**status(self.exchange, now_ns), "speed": self.clock.speed, **self._sockets.counts}

    async def __aenter__(self) -> Self:
        self._runner = web.AppRunner(
            self._app(), handler_cancellation=True, access_log=None, shutdown_timeout=1
        )
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, HOST, self.port).start()
        except OSError as exc:
            await self._runner.cleanup()
            raise BadUsage(f"port {self.port} of {HOST} cannot be used: {exc.strerror}") from exc
        self.port = self._runner.addresses[0][1]
        self._tick()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._beat is not None:
            self._beat.cancel()
        self._sockets.end()
        if self._runner is not None:
            await self._runner.cleanup()

    def spread(self) -> None:
        """Send what the exchange has published."""
        now_ns = self.clock.now_ns()
        for news in self.exchange.publish():
            if isinstance(news, Quote):
                self._sockets.quote(news, now_ns)
            else:
                self._sockets.message(news, now_ns)

    def _tick(self, due_s: float = 0.0) -> None:
        """Let the market go on, again and again; where this machine is too slow, so is the market.

        Args:
            due_s: When the loop should have called this.
        """
        loop = asyncio.get_running_loop()
        now_s = loop.time()
        late_s = now_s - due_s if due_s else 0.0
        if late_s > LONGEST_BEAT_S:
            self.clock.lose(late_s)
        self.exchange.advance(self.clock.now_ns())
        self.spread()
        wait_s = self.clock.wait_s(self.exchange.due_ns())
        due_s = now_s + min(max(wait_s, SHORTEST_BEAT_S), LONGEST_BEAT_S)
        self._beat = loop.call_at(due_s, self._tick, due_s)

    def _app(self) -> web.Application:
        app = web.Application()
        app.router.add_get(STATUS_PATH, self._status)
        app.router.add_get(CLOCK_PATH, self._clock)
        app.router.add_get("/smart-stream", self._sockets.market)
        app.router.add_get("/smart-order-update", self._sockets.orders)
        app.router.add_route("*", "/{path:.*}", self._rest)
        return app

    async def _status(self, _: web.Request) -> web.Response:
        return web.json_response(self.status())

    async def _clock(self, _: web.Request) -> web.Response:
        """The market's time and its speed, for a session that lives by this clock."""
        told = {"now_ns": self.clock.now_ns(), "speed": self.clock.speed}
        return web.json_response(told)

    async def _rest(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        asked = Request(request.method, request.path, lowered(request), body, request.remote or "")
        reply = self.exchange.handle(asked, self.clock.now_ns(), self.clock.wall_s())
        self.spread()
        date = http_date(self.clock.now_ns() + self.exchange.skew_ns)
        return await deliver(request, reply, date)
