"""The server: answers on the control socket, on a thread and a loop of its own.

Neither a blocked notebook nor busy trading keeps it from answering, and nothing that happens to it
ends the session: without it there is still the file EMERGENCY_STOP.
"""

import asyncio
import logging
import os
import selectors
from contextlib import suppress
from time import monotonic
from typing import Any

from rustro_kernel.control.answering import Desk, answer, refusal
from rustro_kernel.control.listening import Listening
from rustro_kernel.control.messages import LINE_BYTES
from rustro_kernel.control.peers import is_trusted, peer_uid

log = logging.getLogger(__name__)

MOST_CLIENTS = 32
IDLE_S = 60.0
"""A connection on which no request is completed in that time is closed."""
WRITE_S = 5.0
"""One that does not take its answer in that time, too."""
FOLLOWS_S, LAST_LOOK_S = 1.0, 0.5
"""Whoever has asked so lately gets so much time to see the end."""
ENDING_S = 1.0
"""What answers under way have when the session ends."""


class Server:
    """Serves from `run` to `stop`; the socket listens already before.

    Args:
        listening: The socket; closed at the end.
        desk: Answers.
        own_uid: Only this user and root are listened to.
        most_clients: One more takes the place of the one that has been silent longest.
        idle_s: So long a connection may be silent.
        write_s: So long an answer may wait to be taken.
    """

    def __init__(
        self,
        listening: Listening,
        desk: Desk,
        *,
        own_uid: int | None = None,
        most_clients: int = MOST_CLIENTS,
        idle_s: float = IDLE_S,
        write_s: float = WRITE_S,
    ) -> None:
        self._listening, self._desk = listening, desk
        self._own_uid = os.geteuid() if own_uid is None else own_uid
        self._most, self._idle_s, self._write_s = most_clients, idle_s, write_s
        self._selector = selectors.DefaultSelector()
        self._loop = asyncio.SelectorEventLoop(self._selector)
        self._loop.set_exception_handler(_complain)
        self._is_stopping, self._is_over = asyncio.Event(), False
        self._clients: dict[asyncio.StreamWriter, float] = {}  # and since when each is silent
        self._busy: set[asyncio.StreamWriter] = set()
        self._talks: set[asyncio.Task[None]] = set()

    def run(self) -> None:
        """The thread."""
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._serve())
        except Exception:  # trading goes on, and the file EMERGENCY_STOP works
            log.exception("the control socket is closed: it failed")
        finally:
            self._listening.close()

    def stop(self) -> None:
        """Let `run` return. From any thread."""
        with suppress(RuntimeError):  # it has ended by itself
            self._loop.call_soon_threadsafe(self._is_stopping.set)

    def descriptors(self) -> list[int]:
        """Every descriptor in use, for a forked child to let go of; the selector's is the first.

        A connection from which nothing is read for now is in no selector.
        """
        talking = [w.get_extra_info("socket").fileno() for w in tuple(self._clients)]
        watched = [key.fd for key in (self._selector.get_map() or {}).values()]
        sockets = {*talking, *watched, self._listening.socket.fileno()} - {-1}
        return [*([self._selector.fileno()] if watched else []), *sockets]

    async def _serve(self) -> None:
        server = await asyncio.start_unix_server(
            self._accept, sock=self._listening.socket, limit=LINE_BYTES
        )
        await self._is_stopping.wait()
        server.close()
        if any(monotonic() - since < FOLLOWS_S for since in self._clients.values()):
            await asyncio.sleep(LAST_LOOK_S)
        self._is_over = True
        for writer in self._clients.keys() - self._busy:
            writer.transport.abort()
        if self._talks:
            await asyncio.wait(self._talks, timeout=ENDING_S)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = self._loop.create_task(self._converse(reader, writer), name="control client")
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)
        # Not at the end of the talk itself: one that is cancelled before its first step has none.
        talk.add_done_callback(lambda _: writer.transport.abort())

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.set_write_buffer_limits(high=0)  # so that `drain` waits for the client
        try:
            if await self._is_admitted(writer):
                await self._answer_all(reader, writer)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            pass  # it has gone, or does not read
        finally:
            self._clients.pop(writer, None)
            self._busy.discard(writer)

    async def _is_admitted(self, writer: asyncio.StreamWriter) -> bool:
        uid = peer_uid(writer.get_extra_info("socket"))
        if not is_trusted(uid, self._own_uid):
            log.warning("user %s was refused on the control socket", uid)
            await self._say(writer, refusal("", "this session is another user's"))
            return False
        if len(self._clients) >= self._most and not self._make_room():
            await self._say(writer, refusal("", "too many clients; try again"))
            return False
        self._clients[writer] = monotonic()
        return True

    def _make_room(self) -> bool:
        """Part with the client that has been silent longest; false if all wait for an answer."""
        idle = [writer for writer in self._clients if writer not in self._busy]
        if not idle:
            return False
        oldest = min(idle, key=self._clients.__getitem__)
        del self._clients[oldest]
        oldest.transport.abort()
        return True

    async def _answer_all(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not self._is_over:
            try:
                async with asyncio.timeout(self._idle_s):
                    line = await reader.readuntil(b"\n")
            except asyncio.LimitOverrunError:
                await self._say(writer, refusal("", f"a request has at most {LINE_BYTES} bytes"))
                return
            self._busy.add(writer)
            await self._say(writer, await answer(self._desk, line))
            self._busy.discard(writer)
            self._clients[writer] = monotonic()

    async def _say(self, writer: asyncio.StreamWriter, line: bytes) -> None:
        writer.write(line)
        async with asyncio.timeout(self._write_s):
            await writer.drain()


def _complain(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """No descriptors are left, for instance: asyncio tries again by itself."""
    log.error("control socket: %s", context["message"], exc_info=context.get("exception"))
