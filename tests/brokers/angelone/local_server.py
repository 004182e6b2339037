"""A websocket server on 127.0.0.1 that does what a test tells it."""

import asyncio
from contextlib import asynccontextmanager
from http import HTTPStatus

from websockets.asyncio.server import serve
from websockets.datastructures import Headers
from websockets.http11 import Response

from rustro_kernel.brokers.angelone.handshake import Access
from rustro_kernel.brokers.angelone.stream_state import StreamSettings

ACCESS = Access("SIM001", "simkey", "hdr.payload.sig", "feed.token.sig")
QUICK = StreamSettings(
    ping_interval_s=0.02, pong_timeout_s=0.5, backoff_s=(0.005,), turn_s=0.005,
    close_timeout_s=0.05, max_reconnects_per_min=1000,
)  # fmt: skip


class Clock:
    """Stands still unless a test moves it."""

    def __init__(self, now_ns):
        self.now = now_ns

    def now_ns(self):
        return self.now


class Server:
    """What came in, and what goes out at each connection."""

    def __init__(self):
        self.greeting = []  # sent on every connection
        self.refusals = []  # (status, headers, body) of the next handshakes
        self.connections = []
        self.handshakes = []
        self.received = []
        self.answers_ping = True
        self.url = ""

    async def handle(self, connection):
        self.connections.append(connection)
        for message in self.greeting:
            await connection.send(message)
        async for message in connection:
            self.received.append(message)
            if message == "ping" and self.answers_ping:
                await connection.send("pong")

    def admit(self, _connection, request):
        self.handshakes.append(request)
        if self.refusals:
            status, headers, body = self.refusals.pop(0)
            return Response(status, HTTPStatus(status).phrase, Headers(headers), body)
        return None

    async def send(self, *messages):
        for message in messages:
            await self.connections[-1].send(message)

    def cut(self):
        """Without a word, as a network does."""
        self.connections[-1].transport.abort()

    def requests(self):
        return [text for text in self.received if text != "ping"]


@asynccontextmanager
async def local_server():
    server = Server()
    async with serve(server.handle, "127.0.0.1", 0, process_request=server.admit) as listening:
        port = listening.sockets[0].getsockname()[1]
        server.url = f"ws://127.0.0.1:{port}/smart-stream"
        yield server


class Listener:
    """Runs a stream and keeps what it delivers."""

    def __init__(self, stream):
        self.stream, self.batches, self.states = stream, [], []

    @property
    def items(self):
        return [item for batch in self.batches for item in batch]

    @property
    def phases(self):
        return [state.phase.value for state in self.states]

    @asynccontextmanager
    async def running(self):
        task = asyncio.get_running_loop().create_task(
            self.stream.run(self.batches.append, self.states.append)
        )
        try:
            yield task
        finally:
            await self.stream.close()
            if not task.done():
                task.cancel()
