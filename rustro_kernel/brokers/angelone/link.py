"""The shell around both streams: one websocket, kept open. The cores decide, this only acts."""

import asyncio
import random
from collections.abc import Callable, Iterator
from contextlib import suppress

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from rustro_kernel.brokers.angelone.backoff import Attempts, delays
from rustro_kernel.brokers.angelone.handshake import refusal
from rustro_kernel.brokers.angelone.stream_core import Core, Turn
from rustro_kernel.brokers.angelone.stream_state import Phase, StreamSettings, StreamState
from rustro_kernel.domain.errors import BrokerAuthRefused, BrokerMisconfigured
from rustro_kernel.ports import Clock


class _Lost(Exception):
    """The connection is of no more use."""


class Link:
    """Connects, pings, receives and connects again until closed.

    Args:
        core: Decides.
        dial: Makes a connection that is not yet open.
        clock: Stamps everything; only pauses between attempts are in the loop's own seconds.
        settings: Times.
        deliver: Takes what the core has ready; must not block. Called in batches.
        tell: Told each time the connection stands elsewhere.
    """

    def __init__(
        self,
        core: Core,
        dial: Callable[[], connect],
        clock: Clock,
        settings: StreamSettings,
        deliver: Callable[[], None],
        tell: Callable[[StreamState], None],
    ) -> None:
        self._core, self._dial, self._clock, self._settings = core, dial, clock, settings
        self._deliver, self._tell = deliver, tell
        self._attempts = Attempts(settings.max_reconnects_per_min)
        self._bell, self._fresh = asyncio.Event(), asyncio.Event()
        self._drop = ""
        self._told: tuple[Phase, int] | None = None

    def wake(self) -> None:
        """The core has something to send."""
        self._bell.set()

    def rebuild(self, reason: str) -> None:
        """Give the connection up and open another."""
        self._drop = reason
        self._bell.set()

    async def stay_connected(self) -> None:
        """Keep a connection until cancelled.

        Raises:
            BrokerAuthRefused: If the token is dead: log in, then start again.
            BrokerMisconfigured: If the key or the client code is wrong.
        """
        pauses = self._pauses()
        while True:
            reason = await self._connection()
            if self._core.is_proven:
                pauses = self._pauses()
            self._enter(Phase.WAITING, reason)
            now_s = asyncio.get_running_loop().time()
            await asyncio.sleep(max(next(pauses), self._attempts.wait_s(now_s)))
            self._core.record.reconnected(self._clock.now_ns())

    async def _connection(self) -> str:
        """One connection from first to last; why it ended."""
        self._attempts.note(asyncio.get_running_loop().time())
        self._core.is_proven, self._drop = False, ""
        self._enter(Phase.CONNECTING)
        try:
            async with self._dial() as socket:
                self._core.opened(self._clock.now_ns())
                self._told_if_new()
                return await self._serve(socket)
        except InvalidStatus as exc:
            return self._refused(exc)
        except (OSError, TimeoutError, EOFError, WebSocketException) as exc:
            return f"{type(exc).__name__}: {exc}"
        finally:
            self._core.lost()
            self._deliver()

    def _refused(self, exc: InvalidStatus) -> str:
        error = refusal(self._core.name, exc.response)
        if isinstance(error, BrokerAuthRefused | BrokerMisconfigured):
            self._enter(Phase.REFUSED, str(error))
            raise error from exc
        return str(error)

    async def _serve(self, socket: ClientConnection) -> str:
        """Receive, send and deliver, until one of them finds the connection lost."""
        reason = ""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._receive(socket))
                tasks.create_task(self._keep(socket))
                tasks.create_task(self._hand_over())
        except* _Lost as lost:
            reason = str(lost.exceptions[0])
        return reason

    async def _receive(self, socket: ClientConnection) -> None:
        core, clock, fresh = self._core, self._clock, self._fresh
        try:
            while True:
                core.received(await socket.recv(), clock.now_ns())
                fresh.set()
        except ConnectionClosed as exc:
            raise _Lost(str(exc)) from exc

    async def _hand_over(self) -> None:
        """What arrived together is delivered together: this runs when the socket is read empty."""
        while True:
            await self._fresh.wait()
            self._fresh.clear()
            self._deliver()
            self._told_if_new()

    async def _keep(self, socket: ClientConnection) -> None:
        while True:
            turn = self._core.turn(self._clock.now_ns())
            await self._send(socket, turn)
            self._told_if_new()
            if turn.drop or self._drop:
                raise _Lost(turn.drop or self._drop)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._settings.turn_s):
                    await self._bell.wait()
            self._bell.clear()

    async def _send(self, socket: ClientConnection, turn: Turn) -> None:
        try:
            async with asyncio.timeout(self._settings.send_timeout_s):
                for text in turn.texts:
                    await socket.send(text)
                if turn.ping:
                    await self._ping(socket)
        except ConnectionClosed as exc:
            raise _Lost(str(exc)) from exc
        except TimeoutError:
            raise _Lost("cannot send") from None

    async def _ping(self, socket: ClientConnection) -> None:
        if self._core.ping_text:
            await socket.send(self._core.ping_text)
        else:
            pong = await socket.ping()
            assert isinstance(pong, asyncio.Future)
            pong.add_done_callback(self._ponged)

    def _ponged(self, pong: asyncio.Future[float]) -> None:
        if not pong.cancelled() and pong.exception() is None:
            self._core.ponged(self._clock.now_ns())

    def _enter(self, phase: Phase, reason: str = "") -> None:
        self._core.record.enter(phase, self._clock.now_ns(), reason)
        self._told_if_new()

    def _told_if_new(self) -> None:
        record = self._core.record
        if self._told != (record.phase, record.since_ns):
            self._told = record.phase, record.since_ns
            self._tell(record.state(self._clock.now_ns()))

    def _pauses(self) -> Iterator[float]:
        return delays(self._settings.backoff_s, random.random)
