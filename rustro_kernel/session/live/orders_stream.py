"""The order stream kept open through refused tokens: it logs in and runs again."""

import asyncio
import logging
from collections.abc import Callable

from rustro_kernel.brokers.angelone.auth import Login
from rustro_kernel.brokers.angelone.handshake import Access
from rustro_kernel.brokers.angelone.order_rows import OrderRow
from rustro_kernel.brokers.angelone.order_stream import OrderStream
from rustro_kernel.brokers.angelone.stream_state import Phase, StreamSettings, StreamState
from rustro_kernel.brokers.angelone.tokens import Tokens
from rustro_kernel.domain.errors import BrokerAuthRefused, BrokerError
from rustro_kernel.ports import Clock
from rustro_kernel.session.live.desk_timings import DeskTimings

log = logging.getLogger(__name__)


class OrdersStream:
    """One order stream on the login's tokens.

    Args:
        url: Of the stream.
        api_key: Sent when it opens.
        login: Its tokens; those the stream refuses are given up.
        clock: Stamps arrivals.
        timings: Pauses after a refusal.
        settings: Of the connection.
    """

    def __init__(
        self,
        url: str,
        api_key: str,
        login: Login,
        clock: Clock,
        timings: DeskTimings,
        settings: StreamSettings | None = None,
    ) -> None:
        self._login, self._api_key, self._timings = login, api_key, timings
        self._stream = OrderStream(url, self._access, clock, settings=settings)
        self._used: Tokens | None = None

    @property
    def state(self) -> StreamState:
        """How the connection stands now."""
        return self._stream.state

    def rebuild(self, reason: str) -> None:
        """Open a new connection: the tokens were renewed."""
        self._stream.rebuild(reason)

    async def run(
        self, on_orders: Callable[[list[OrderRow]], None], on_open: Callable[[], None]
    ) -> None:
        """Deliver rows until cancelled; `on_open` is called each time updates begin to come."""
        pause_s = self._timings.relogin_s

        def on_state(state: StreamState) -> None:
            nonlocal pause_s
            if state.is_live:
                pause_s = self._timings.relogin_s
                on_open()
            elif state.phase is Phase.WAITING:
                log.warning("order stream lost: %s; the order book is read instead", state.reason)

        while True:
            try:
                await self._login.current()
                await self._stream.run(on_orders, on_state)
            except BrokerAuthRefused as exc:
                log.warning("order stream: %s", exc)
                if self._used:
                    self._login.refused(self._used)
            except BrokerError as exc:
                log.error("order stream: %s", exc)
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, self._timings.relogin_max_s)

    def _access(self) -> Access:
        held = self._login.tokens
        if held is None:
            raise BrokerAuthRefused("order stream", "the tokens are gone")
        self._used = held
        return Access(self._login.client_id, self._api_key, held.jwt, held.feed)
