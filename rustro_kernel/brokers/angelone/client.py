"""Every call to the broker: with living tokens, reads repeated where that is safe, writes never."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import msgspec

from rustro_kernel.brokers.angelone.auth import Login, Sleep
from rustro_kernel.brokers.angelone.limits import Urgency
from rustro_kernel.brokers.angelone.routes import Route
from rustro_kernel.brokers.angelone.tokens import Tokens
from rustro_kernel.brokers.angelone.wire import Wire
from rustro_kernel.domain.errors import (
    BrokerAuthRefused,
    BrokerError,
    BrokerRefused,
    BrokerThrottled,
    BrokerTransient,
)

T = TypeVar("T")
R = TypeVar("R")
ORDER_TIMEOUT_S = 7
WITHDRAWN = "WITHDRAWN"
PAUSES_S: dict[type[BrokerError], tuple[float, ...]] = {
    BrokerAuthRefused: (0,),
    BrokerThrottled: (0, 0, 0, 0),  # the rests of 2, 4, 8, 16 s are the rate limits' own
    BrokerTransient: (0.5, 1.5),
}
"""What a read is repeated after, how often, and after how long."""


def always() -> bool:
    """A write that is wanted however long it waits for its turn."""
    return True


class Client:
    """The REST API. The timeout of a read is its caller's: `async with asyncio.timeout(...)`.

    That of a write is here, because nobody else knows when it left: until then nothing was sent,
    afterwards its outcome is unknown. Put no timeout of your own around a write.
    """

    def __init__(
        self,
        wire: Wire,
        login: Login,
        sleep: Sleep = asyncio.sleep,
        order_timeout_s: float = ORDER_TIMEOUT_S,
    ) -> None:
        self.wire = wire
        self.login = login
        self._order_timeout_s = order_timeout_s
        self._sleep = sleep

    async def read(
        self,
        route: Route,
        decoder: "msgspec.json.Decoder[T]",
        make: Callable[[T], R],
        body: object = None,
        *,
        tail: str = "",
    ) -> R:
        """Ask; once more after a new login, twice more on TRANSIENT, four times on THROTTLE.

        Raises:
            BrokerError: The last try's; CONFIG and BUSINESS at once.
        """
        assert not route.is_write
        left = {kind: list(pauses) for kind, pauses in PAUSES_S.items()}
        while True:
            turn, held = await self._ready(route)
            try:
                return await self._sent(route, turn, held, decoder, make, body, tail)
            except tuple(left) as exc:
                pauses = left[type(exc)]
                if not pauses:
                    raise
                await self._sleep(pauses.pop(0))

    async def write(
        self,
        route: Route,
        decoder: "msgspec.json.Decoder[T]",
        make: Callable[[T], R],
        body: object,
        *,
        urgency: Urgency = Urgency.PLAIN,
        is_wanted: Callable[[], bool] = always,
    ) -> R:
        """Send exactly once, what is more urgent before others that wait.

        `is_wanted` is asked when its turn has come, after whatever wait: if not, nothing is sent.

        Raises:
            BrokerRefused: With the code WITHDRAWN, where it was not wanted any more.
            BrokerError: Where its `outcome_unknown` is true, look the order up by its tag.
            LiveRefused: This client may not order.
        """
        turn, held = await self._ready(route, urgency)
        if not is_wanted():
            raise BrokerRefused(route.name, "withdrawn before it was sent", WITHDRAWN)
        try:
            async with asyncio.timeout(self._order_timeout_s):
                return await self._sent(route, turn, held, decoder, make, body)
        except TimeoutError:
            words = f"no answer in {self._order_timeout_s:g} s"
            raise BrokerTransient(route.name, words) from None

    async def _ready(self, route: Route, urgency: Urgency = Urgency.PLAIN) -> tuple[int, Tokens]:
        """A turn, and tokens that live when it comes."""
        await self.login.current()
        turn = await self.wire.turn(route, urgency)
        return turn, await self.login.current()

    async def _sent(
        self,
        route: Route,
        turn: int,
        held: Tokens,
        decoder: "msgspec.json.Decoder[T]",
        make: Callable[[T], R],
        body: object,
        tail: str = "",
    ) -> R:
        try:
            return await self.wire.exchange(
                route, turn, decoder, make, body, tokens=held, tail=tail
            )
        except BrokerAuthRefused:
            self.login.refused(held)
            raise
