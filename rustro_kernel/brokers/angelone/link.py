"""The shell around both streams: one websocket, kept open. The cores decide, this only acts."""

import asyncio
import random
from collections.abc import Callable, Iterator

from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.http11 import Response

from rustro_kernel.brokers.angelone.backoff import Attempts, delays
from rustro_kernel.brokers.angelone.conversation import Conversation, Wishes
from rustro_kernel.brokers.angelone.handshake import refusal
from rustro_kernel.brokers.angelone.reader import Reader
from rustro_kernel.brokers.angelone.stream_core import Core
from rustro_kernel.brokers.angelone.stream_state import Phase, StreamSettings, StreamState
from rustro_kernel.domain.errors import BrokerAuthRefused, BrokerMisconfigured
from rustro_kernel.ports import Clock


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
        self._wishes = Wishes()
        self._told: tuple[Phase, int] | None = None

    def wake(self) -> None:
        """The core has something to send."""
        self._wishes.bell.set()

    def rebuild(self, reason: str) -> None:
        """Give the connection up and open another."""
        self._wishes.drop = reason
        self._wishes.bell.set()

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
        self._core.is_proven, self._wishes.drop = False, ""
        self._enter(Phase.CONNECTING)
        refused: Response
        try:
            async with self._dial() as socket:
                assert isinstance(socket, Reader)  # as `dialer` makes them
                self._core.opened(self._clock.now_ns())
                self._told_if_new()
                talk = Conversation(self._core, socket, self._clock, self._settings, self._wishes)
                return await talk.until_lost(self._deliver, self._told_if_new)
        except InvalidStatus as exc:
            refused = exc.response
        except (OSError, TimeoutError, EOFError, WebSocketException) as exc:
            return f"{type(exc).__name__}: {exc}"
        finally:
            self._core.lost()
            self._deliver()
        return self._refused(refused)

    def _refused(self, response: Response) -> str:
        """Raised outside the handshake's own failure: its frames hold the headers we sent."""
        error = refusal(self._core.name, response)
        if isinstance(error, BrokerAuthRefused | BrokerMisconfigured):
            self._enter(Phase.REFUSED, str(error))
            raise error
        return str(error)

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
