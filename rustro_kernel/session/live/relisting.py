"""The broker does not know what an order names: today's master is fetched again, once.

The refused order is never sent again: the engine ends it or goes on with its next attempt, and that
one names its contract as the fresh master does.
"""

import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

from msgspec.structs import replace

from rustro_kernel.domain.errors import BadData, BrokerError
from rustro_kernel.domain.instruments import Instrument, InstrumentKey
from rustro_kernel.domain.orders import OrderRequest, OrderStatus, OrderUpdate
from rustro_kernel.engine.inputs import Body

log = logging.getLogger(__name__)

UNKNOWN_SYMBOL = frozenset({"AB1009", "AB1018", "AB4006"})
"""No such symbol, no details of it, an invalid token (facts/smartapi.md 2.6)."""

Spawn = Callable[[Coroutine[Any, Any, None]], object]


class Relisting:
    """Watches what becomes of orders. On the I/O loop only.

    Args:
        reload: Fetches the master and tells the desk; its instruments.
        spawn: Runs that in the background.
    """

    def __init__(self, reload: Callable[[], Awaitable[Sequence[Instrument]]], spawn: Spawn) -> None:
        self._reload, self._spawn = reload, spawn
        self._keys: dict[str, InstrumentKey] = {}  # by symbol, of the fresh master
        self._is_begun = False

    def saw(self, body: Body) -> None:
        """Look at something the desk has handed in."""
        if not isinstance(body, OrderUpdate) or self._is_begun:
            return
        if body.status is OrderStatus.REJECTED and body.code in UNKNOWN_SYMBOL:
            self._is_begun = True
            log.warning("%s %s: the master is fetched again", body.code, body.message)
            self._spawn(self._refresh())

    def named(self, order: OrderRequest) -> OrderRequest:
        """The order, naming its contract as the fresh master does."""
        key = self._keys.get(order.symbol, order.instrument)
        if key == order.instrument:
            return order
        log.warning("%s is %s now, not %s", order.symbol, key, order.instrument)
        return replace(order, instrument=key)

    async def _refresh(self) -> None:
        """What cannot be fetched now is tried again with the next such refusal."""
        try:
            found = await self._reload()
        except (BadData, BrokerError, TimeoutError) as exc:
            self._is_begun = False
            log.error("no fresh master: %s", str(exc) or "no answer in time")
        else:
            self._keys = {each.symbol: each.key for each in found}
