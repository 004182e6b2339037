"""A TCP proxy that cuts one connection after so many bytes of a request or of its reply."""

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple

HOST = "127.0.0.1"
REQUEST, REPLY = "request", "reply"


class Cut(NamedTuple):
    """Where the next request of a route is cut."""

    route: str
    side: str  # REQUEST or REPLY
    after: int  # bytes that pass


class Exchange:
    """One request on a connection and its reply, as many bytes as came of them."""

    def __init__(self, first: bytes) -> None:
        self.route = first.split(b" ", 2)[1].split(b"/")[-1].decode()
        self.cut: Cut | None = None
        self.bytes = {REQUEST: b"", REPLY: b""}

    @property
    def edges(self) -> dict[str, set[int]]:
        """Where something begins or ends: head, body, the whole."""
        found = {}
        for side, data in self.bytes.items():
            head = data.index(b"\r\n\r\n") + 4
            found[side] = {0, 1, head - 1, head, head + 1, len(data) - 1, len(data)}
        return found

    def passes(self, side: str, data: bytes) -> tuple[bytes, bool]:
        """What of the data passes, and whether the connection is cut then."""
        before = len(self.bytes[side])
        self.bytes[side] += data
        if self.cut is None or self.cut.side != side:
            return data, False
        return data[: self.cut.after - before], before + len(data) >= self.cut.after


class CuttingProxy:
    """Stands between a client and a server on this machine."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._armed: Cut | None = None
        self.cuts = 0
        self.seen: list[Exchange] = []
        self._open: set[asyncio.Task[None]] = set()

    def arm(self, cut: Cut) -> None:
        """Cut the next request of its route."""
        self._armed = cut

    def disarm(self) -> None:
        self._armed = None

    @asynccontextmanager
    async def serving(self):
        """Its URL."""
        server = await asyncio.start_server(self._serve, HOST, 0)
        async with server:
            yield f"http://{HOST}:{server.sockets[0].getsockname()[1]}"
            server.close()
            for task in self._open:
                task.cancel()
            await asyncio.gather(*self._open, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        task.add_done_callback(self._open.discard)
        async with open_until_done(writer):
            there, there_writer = await asyncio.open_connection(HOST, self._port)
            async with open_until_done(there_writer):
                await self._carry(reader, writer, there, there_writer)

    async def _carry(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        there: asyncio.StreamReader,
        there_writer: asyncio.StreamWriter,
    ) -> None:
        """Pass everything on both ways, until one side ends or is cut."""
        connection = Connection(self, writer, there_writer)
        with suppress(ConnectionError):
            async with asyncio.TaskGroup() as tasks:
                up = tasks.create_task(connection.requests(reader))
                down = tasks.create_task(connection.replies(there))
                await asyncio.wait((up, down), return_when=asyncio.FIRST_COMPLETED)
                up.cancel()
                down.cancel()

    def begun(self, first: bytes) -> Exchange:
        """A request begins."""
        exchange = Exchange(first)
        if self._armed and self._armed.route == exchange.route:
            exchange.cut, self._armed = self._armed, None
        self.seen.append(exchange)
        return exchange


@asynccontextmanager
async def open_until_done(writer: asyncio.StreamWriter):
    """Closed at the end, whatever happens, with what was written sent before."""
    try:
        yield
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


class Connection:
    """One connection through the proxy."""

    def __init__(
        self, proxy: CuttingProxy, here: asyncio.StreamWriter, there: asyncio.StreamWriter
    ) -> None:
        self._proxy, self._here, self._there = proxy, here, there
        self._now: Exchange | None = None

    async def requests(self, reader: asyncio.StreamReader) -> None:
        while data := await reader.read(65_536):
            if self._now is None or self._now.bytes[REPLY]:
                self._now = self._proxy.begun(data)
            if not await self._pass(REQUEST, data, self._there):
                return

    async def replies(self, reader: asyncio.StreamReader) -> None:
        while data := await reader.read(65_536):
            if not await self._pass(REPLY, data, self._here):
                return

    async def _pass(self, side: str, data: bytes, writer: asyncio.StreamWriter) -> bool:
        assert self._now is not None
        passing, is_cut = self._now.passes(side, data)
        writer.write(passing)
        await writer.drain()
        self._proxy.cuts += is_cut
        return not is_cut
