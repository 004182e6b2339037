"""The order stream: what becomes of the account's orders, over one websocket kept alive."""

from collections import Counter
from collections.abc import Callable

from rustro_kernel.brokers.angelone.handshake import Access, dialer
from rustro_kernel.brokers.angelone.order_core import OrderCore
from rustro_kernel.brokers.angelone.order_rows import OrderRow
from rustro_kernel.brokers.angelone.running import Running
from rustro_kernel.brokers.angelone.stream_state import StreamSettings, StreamState
from rustro_kernel.ports import Clock


class OrderStream:
    """Owns one connection; use it from one event loop only.

    Args:
        url: `wss://.../smart-order-update`.
        access: The credentials of the moment; asked at every connection.
        clock: Stamps arrivals.
        settings: Times; the stall limits do not apply, no orders is no stall.
    """

    def __init__(
        self,
        url: str,
        access: Callable[[], Access],
        clock: Clock,
        *,
        settings: StreamSettings | None = None,
    ) -> None:
        settings = settings or StreamSettings()
        self._core = OrderCore(settings)
        self._running = Running(self._core, dialer(url, access, settings), clock, settings)

    @property
    def state(self) -> StreamState:
        """How the connection stands now."""
        return self._running.state

    @property
    def counts(self) -> Counter[str]:
        """Messages so far, by what they were; a copy."""
        return Counter(self._core.counts)

    async def run(
        self,
        on_orders: Callable[[list[OrderRow]], None],
        on_state: Callable[[StreamState], None],
    ) -> None:
        """Deliver rows in batches until `close` or cancellation; callbacks must not block.

        Each time the phase becomes open the owner must read the order book: updates of the gap
        are lost. After a refusal, log in and run again.

        Raises:
            BrokerAuthRefused: If the token is dead.
            BrokerMisconfigured: If the key or the client code is wrong.
        """

        def deliver() -> None:
            if self._core.ready:
                rows, self._core.ready = self._core.ready, []
                on_orders(rows)

        await self._running.run(deliver, on_state)

    def rebuild(self, reason: str) -> None:
        """Open a new connection: the tokens were renewed."""
        self._running.rebuild(reason)

    async def close(self) -> None:
        """End `run` and wait until it has ended."""
        await self._running.close()
