"""One open websocket: receive, deliver, send what is due, until it is lost."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from websockets.exceptions import ConnectionClosed

from rustro_kernel.brokers.angelone.reader import Reader
from rustro_kernel.brokers.angelone.stream_core import Core, Turn
from rustro_kernel.brokers.angelone.stream_state import StreamSettings
from rustro_kernel.ports import Clock


class Wishes:
    """What an owner wants of the connection, whichever it is at the time."""

    def __init__(self) -> None:
        self.bell = asyncio.Event()  # the core has something to send, or `drop` is set
        self.drop = ""  # why the connection must be given up


class _Lost(Exception):
    """The connection is of no more use."""


async def _ended(talk: Coroutine[Any, Any, None]) -> str:
    """Talk until it is lost; why it was."""
    try:
        await talk
    except _Lost as lost:
        return str(lost)
    return ""


class Conversation:
    """Two loops around one socket; the first that finds it lost ends both."""

    def __init__(
        self,
        core: Core,
        socket: Reader,
        clock: Clock,
        settings: StreamSettings,
        wishes: Wishes,
    ) -> None:
        self._core, self._socket, self._clock = core, socket, clock
        self._settings, self._wishes = settings, wishes

    async def until_lost(self, deliver: Callable[[], None], tell: Callable[[], None]) -> str:
        """Talk; why it ended.

        Args:
            deliver: Takes what the core has ready.
            tell: Tells the owner if the connection stands elsewhere now.
        """
        # Nothing fails in this group: until Python 3.13 one that is cancelled while a task of it
        # fails tells of the failure only, and a stream closed as it got lost would live for ever.
        async with asyncio.TaskGroup() as tasks:
            receiving = tasks.create_task(_ended(self._receive(deliver, tell)))
            keeping = tasks.create_task(_ended(self._keep(tell)))
            await asyncio.wait((receiving, keeping), return_when=asyncio.FIRST_COMPLETED)
            first = receiving if receiving.done() else keeping
            receiving.cancel()
            keeping.cancel()
        return first.result()

    async def _receive(self, deliver: Callable[[], None], tell: Callable[[], None]) -> None:
        """What arrived together is delivered together, at once."""
        try:
            while True:
                messages = await self._socket.recv_all()
                self._core.received_all(messages, self._clock.now_ns())
                deliver()
                tell()
        except ConnectionClosed as exc:
            raise _Lost(str(exc)) from exc

    async def _keep(self, tell: Callable[[], None]) -> None:
        """Send what is due, now and whenever the bell rings or `turn_s` has passed."""
        wishes = self._wishes
        while True:
            turn = self._core.turn(self._clock.now_ns())
            await self._send(turn)
            tell()
            if turn.drop or wishes.drop:
                raise _Lost(turn.drop or wishes.drop)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._settings.turn_s):
                    await wishes.bell.wait()
            wishes.bell.clear()

    async def _send(self, turn: Turn) -> None:
        try:
            async with asyncio.timeout(self._settings.send_timeout_s):
                for text in turn.texts:
                    await self._socket.send(text)
                if turn.ping:
                    await self._ping()
        except ConnectionClosed as exc:
            raise _Lost(str(exc)) from exc
        except TimeoutError:
            raise _Lost("cannot send") from None

    async def _ping(self) -> None:
        if self._core.ping_text:
            await self._socket.send(self._core.ping_text)
            return
        pong = await self._socket.ping()
        assert isinstance(pong, asyncio.Future)
        pong.add_done_callback(self._ponged)

    def _ponged(self, pong: asyncio.Future[float]) -> None:
        if not pong.cancelled() and pong.exception() is None:
            self._core.ponged(self._clock.now_ns())
