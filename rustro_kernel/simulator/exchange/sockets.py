"""Both streams as aiohttp handlers."""

import asyncio
from collections.abc import Callable

from aiohttp import WSMsgType, web

from rustro_kernel.simulator.exchange.clock import MarketClock
from rustro_kernel.simulator.exchange.exchange import Exchange
from rustro_kernel.simulator.exchange.handshakes import MARKET, ORDERS, Denied
from rustro_kernel.simulator.exchange.line import Line
from rustro_kernel.simulator.exchange.quote import Quote


class Sockets:
    """The open connections.

    Args:
        exchange: Lets them in and says what they are sent.
        clock: The market's time.
        spread: Sends what the exchange has published; called before a subscription is answered,
            so that a cached packet never overtakes a newer one.
    """

    def __init__(self, exchange: Exchange, clock: MarketClock, spread: Callable[[], None]) -> None:
        self._exchange, self._clock, self._spread = exchange, clock, spread
        self._market: list[Line] = []
        self._orders: list[Line] = []

    @property
    def counts(self) -> dict[str, object]:
        """Frames sent on each open connection, and subscriptions."""
        streams = [line.stream.size for line in self._market if line.stream]
        frames = {
            "market": [line.sent for line in self._market],
            "orders": [line.sent for line in self._orders],
        }
        return {"frames": frames, "subscriptions": streams}

    def quote(self, quote: Quote, now_ns: int) -> None:
        """A packet for whoever subscribed to it."""
        for line in self._market:
            for payload in line.stream.packets(quote) if line.stream else ():
                line.push(payload, now_ns)

    def message(self, text: str, now_ns: int) -> None:
        """An order update, for every connection."""
        for line in self._orders:
            line.push(text, now_ns)

    def end(self) -> None:
        """Close everything."""
        for line in (*self._market, *self._orders):
            line.end()

    async def market(self, request: web.Request) -> web.StreamResponse:
        """The market stream."""
        headers = lowered(request)
        opened = self._exchange.open_market(headers, request.query, self._clock.now_ns())
        if isinstance(opened, Denied):
            return _denied(opened)
        line = Line(self._exchange.outlet("frame"), opened)
        return await self._keep(request, line, MARKET)

    async def orders(self, request: web.Request) -> web.StreamResponse:
        """The order stream; it greets."""
        headers = lowered(request)
        opened = self._exchange.open_orders(headers, self._clock.now_ns())
        if isinstance(opened, Denied):
            return _denied(opened)
        line = Line(self._exchange.outlet("order_update"))
        line.push(opened, self._clock.now_ns())
        return await self._keep(request, line, ORDERS)

    async def _keep(self, request: web.Request, line: Line, stream: str) -> web.WebSocketResponse:
        """Serve a connection until one side ends it."""
        lines = self._market if stream is MARKET else self._orders
        socket = web.WebSocketResponse(
            receive_timeout=self._exchange.habits.idle_s, compress=False, timeout=1
        )
        try:
            await socket.prepare(request)
            lines.append(line)
            transport = request.transport
            assert transport is not None, "a prepared socket has a transport"
            async with asyncio.TaskGroup() as tasks:
                pump = tasks.create_task(line.pump(socket, transport))
                await self._listen(socket, line)
                pump.cancel()
        finally:
            self._exchange.handshakes.leave(stream)
            if line in lines:
                lines.remove(line)
        return socket

    async def _listen(self, socket: web.WebSocketResponse, line: Line) -> None:
        """Answer text until the client goes or says nothing for too long."""
        while True:
            try:
                message = await socket.receive()
            except TimeoutError:
                await socket.close()
                return
            if message.type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED):
                return
            if message.type is WSMsgType.ERROR:
                return
            if message.type is WSMsgType.TEXT:
                self._answer(line, message.data)

    def _answer(self, line: Line, text: str) -> None:
        if text == "ping":
            line.say("pong")
        elif line.stream is not None:
            now_ns = self._clock.now_ns()
            self._exchange.advance(now_ns)
            self._spread()
            for payload in line.stream.receive(text, now_ns):
                if isinstance(payload, str):
                    line.say(payload)
                else:
                    line.push(payload, now_ns)


def _denied(denied: Denied) -> web.Response:
    headers = {"x-error-message": denied.message} if denied.message else {}
    return web.Response(status=denied.status, text=denied.message, headers=headers)


def lowered(request: web.Request) -> dict[str, str]:
    """The headers by their names in lower case."""
    return {name.lower(): value for name, value in request.headers.items()}
