"""The market stream: subscribed instruments in, sane ticks out, over one websocket kept alive."""

from collections import Counter
from collections.abc import Callable, Iterable

from rustro_kernel.brokers.angelone.handshake import Access, dialer
from rustro_kernel.brokers.angelone.market_core import MarketCore
from rustro_kernel.brokers.angelone.running import Running
from rustro_kernel.brokers.angelone.sanity import Gate
from rustro_kernel.brokers.angelone.stream_state import StreamSettings, StreamState
from rustro_kernel.brokers.angelone.texts import StreamError
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.ports import Clock


class MarketStream:
    """Owns one connection; use it from one event loop only.

    Args:
        url: `wss://.../smart-stream`.
        access: The credentials of the moment; asked at every connection.
        clock: Stamps arrivals; ticks are judged by it.
        is_open: Whether ticks must flow at a moment (epoch ns).
        settings: Times.
        gate: Judges packets; its counters tell what was discarded and why.
    """

    def __init__(
        self,
        url: str,
        access: Callable[[], Access],
        clock: Clock,
        *,
        is_open: Callable[[int], bool],
        settings: StreamSettings | None = None,
        gate: Gate | None = None,
    ) -> None:
        self._settings = settings or StreamSettings()
        self._clock, self._dial = clock, dialer(url, access, self._settings)
        self.gate = gate or Gate()
        self._core = MarketCore(self._settings, is_open, self.gate)
        self._running = Running(self._core, self._dial, clock, self._settings)

    @property
    def state(self) -> StreamState:
        """How the connection stands now."""
        return self._running.state

    @property
    def counts(self) -> Counter[str]:
        """Messages so far, by what they were; a copy."""
        return Counter(self._core.counts)

    @property
    def last_error(self) -> StreamError | None:
        """The last request the stream refused, if any."""
        return self._core.last_error

    @property
    def answered(self) -> frozenset[InstrumentKey]:
        """Instruments of which a packet came since they were last subscribed."""
        return self.gate.answered()

    def subscribe(self, keys: Iterable[InstrumentKey], *, depth: bool = False) -> None:
        """Watch these; before and while running alike.

        Raises:
            BadData: If an instrument has no address on the stream.
            BrokerRefused: If one connection cannot carry so many.
        """
        self._core.subscribe(keys, self._clock.now_ns(), depth=depth)
        self._running.wake()

    def unsubscribe(self, keys: Iterable[InstrumentKey]) -> None:
        """Stop watching these; unknown ones are ignored."""
        self._core.unsubscribe(keys)
        self._running.wake()

    async def run(
        self,
        on_ticks: Callable[[list[Tick]], None],
        on_state: Callable[[StreamState], None],
    ) -> None:
        """Deliver ticks in batches until `close` or cancellation; callbacks must not block.

        After a refusal, log in and run again: subscriptions are kept.

        Raises:
            BrokerAuthRefused: If the token is dead.
            BrokerMisconfigured: If the key or the client code is wrong.
        """

        def deliver() -> None:
            if self._core.ready:
                ticks, self._core.ready = self._core.ready, []
                on_ticks(ticks)

        await self._running.run(deliver, on_state)

    def rebuild(self, reason: str) -> None:
        """Open a new connection: the tokens were renewed."""
        self._running.rebuild(reason)

    async def close(self) -> None:
        """End `run` and wait until it has ended."""
        await self._running.close()
