"""One socket of a stream: the queue before it and the writing to it."""

import asyncio

from aiohttp import web

from rustro_kernel.simulator.exchange.market_stream import MarketStream, Payload
from rustro_kernel.simulator.exchange.outlet import Outlet, Sending

LONGEST_QUEUE = 20_000
BINARY, TEXT = 0x82, 0x81


class Line:
    """Sends what is pushed, in order.

    A client that reads so slowly that the queue fills up is disconnected: it can tell a lost
    connection, but not a lost packet.

    Args:
        outlet: Where the faults wait.
        stream: The subscriptions; None on the order stream.
    """

    def __init__(self, outlet: Outlet, stream: MarketStream | None = None) -> None:
        self.stream, self._outlet = stream, outlet
        self.sent = 0
        self._queue: asyncio.Queue[Sending | None] = asyncio.Queue(LONGEST_QUEUE)

    def push(self, payload: Payload, now_ns: int) -> None:
        """Have a frame sent, or what the faults make of it."""
        for frame in self._outlet.out(payload, now_ns):
            if frame.delay_s:
                asyncio.get_running_loop().call_later(frame.delay_s, self._put, frame)
            else:
                self._put(frame)

    def say(self, payload: Payload) -> None:
        """Have a frame sent that faults let alone: a pong, an error."""
        self._put(Sending(payload))

    def end(self) -> None:
        """Nothing more will be pushed: close after what is queued, or now if the queue is full."""
        self._put(None)

    async def pump(self, socket: web.WebSocketResponse, transport: asyncio.Transport) -> None:
        """Write until the end, a broken connection, or a fault that breaks it."""
        try:
            while (frame := await self._queue.get()) is not None:
                if frame.cut is not None:
                    transport.write(wire(frame.payload)[: frame.cut])
                    transport.close()
                    return
                await _write(socket, frame.payload)
                self.sent += 1
            await socket.close()
        except ConnectionError:
            return

    def _put(self, frame: Sending | None) -> None:
        if self._queue.full():
            while not self._queue.empty():
                self._queue.get_nowait()
            frame = None
        self._queue.put_nowait(frame)


async def _write(socket: web.WebSocketResponse, payload: Payload) -> None:
    if isinstance(payload, str):
        await socket.send_str(payload)
    else:
        await socket.send_bytes(payload)


def wire(payload: Payload) -> bytes:
    """A payload as one unmasked frame, for sending only a part of it."""
    raw = payload.encode() if isinstance(payload, str) else payload
    head = bytes([TEXT if isinstance(payload, str) else BINARY])
    size = len(raw)
    return head + (bytes([size]) if size < 126 else b"\x7e" + size.to_bytes(2, "big")) + raw
