"""One call with its turn: waits until it may leave, sends it, tells the limits what came back."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from rustro_kernel.brokers.angelone.answers import answer
from rustro_kernel.brokers.angelone.limits import Urgency
from rustro_kernel.brokers.angelone.rest import Rest
from rustro_kernel.brokers.angelone.routes import Route
from rustro_kernel.brokers.angelone.tokens import Tokens
from rustro_kernel.brokers.angelone.turnstile import Turnstile
from rustro_kernel.domain.errors import BrokerError, BrokerThrottled

T = TypeVar("T")
R = TypeVar("R")


class Wire:
    """Rest behind its turnstile. Sends every call exactly once."""

    def __init__(self, rest: Rest, turnstile: Turnstile) -> None:
        self.rest = rest
        self.turnstile = turnstile

    async def turn(self, route: Route, urgency: Urgency = Urgency.PLAIN) -> int:
        """Wait for the call's turn; hand the result to `exchange` at once."""
        return await self.turnstile.turn(route.group, urgency)

    async def exchange(
        self,
        route: Route,
        turn: int,
        decoder: "msgspec.json.Decoder[T]",
        make: Callable[[T], R],
        body: object = None,
        *,
        tokens: Tokens | None = None,
        tail: str = "",
    ) -> R:
        """Send, and build what `make` says of the answer.

        Raises:
            BrokerError: One of its five classes.
            LiveRefused: A write by a client that may not order; nothing was sent.
        """
        reply = await self.rest.send(route, body, tokens=tokens, tail=tail)
        try:
            result = answer(route.name, reply, decoder, make, self.rest.redaction.hide)
        except BrokerThrottled:
            self.turnstile.refused(route.group, turn)
            raise
        except BrokerError:
            self.turnstile.answered(route.group, turn)
            raise
        self.turnstile.answered(route.group, turn)
        return result
