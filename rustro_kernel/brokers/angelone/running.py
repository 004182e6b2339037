"""One run of a stream at a time, with an end that can be asked for and waited for."""

import asyncio
from collections.abc import Callable

from websockets.asyncio.client import connect

from rustro_kernel.brokers.angelone.link import Link
from rustro_kernel.brokers.angelone.stream_core import Core
from rustro_kernel.brokers.angelone.stream_state import Phase, StreamSettings, StreamState
from rustro_kernel.ports import Clock


class Running:
    """Starts a `Link` for each run and ends it."""

    def __init__(
        self, core: Core, dial: Callable[[], connect], clock: Clock, settings: StreamSettings
    ) -> None:
        self._core, self._dial, self._clock, self._settings = core, dial, clock, settings
        self._link: Link | None = None
        self._scope: asyncio.Timeout | None = None
        self._ended = asyncio.Event()
        self._ended.set()

    @property
    def state(self) -> StreamState:
        """How the connection stands now."""
        return self._core.record.state(self._clock.now_ns())

    async def run(self, deliver: Callable[[], None], tell: Callable[[StreamState], None]) -> None:
        """Stay connected until closed, cancelled or refused."""
        assert self._ended.is_set(), "one run at a time"
        self._ended.clear()
        self._link = Link(self._core, self._dial, self._clock, self._settings, deliver, tell)
        self._scope = scope = asyncio.timeout(None)
        try:
            async with scope:
                await self._link.stay_connected()
        except TimeoutError:
            if not scope.expired():
                raise
        finally:
            self._end(tell)

    def wake(self) -> None:
        """The core has something to send."""
        if self._link:
            self._link.wake()

    def rebuild(self, reason: str) -> None:
        """Give the connection up and open another."""
        if self._link:
            self._link.rebuild(reason)

    async def close(self) -> None:
        """End the run, if there is one, and wait for its end."""
        if self._scope is not None and not self._ended.is_set():
            self._scope.reschedule(asyncio.get_running_loop().time())
        await self._ended.wait()

    def _end(self, tell: Callable[[StreamState], None]) -> None:
        self._link = self._scope = None
        self._ended.set()
        if self._core.record.phase is not Phase.REFUSED:
            self._core.record.enter(Phase.CLOSED, self._clock.now_ns())
            tell(self.state)
