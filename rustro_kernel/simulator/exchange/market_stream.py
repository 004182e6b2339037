"""One connection of the market stream: what it subscribed to and what it is sent; no socket."""

from collections.abc import Callable
from typing import Annotated, Literal

import msgspec

from rustro_kernel.simulator.exchange.frames import PACKETS
from rustro_kernel.simulator.exchange.listing import EXCHANGE_OF_TYPE, Listed, Listing
from rustro_kernel.simulator.exchange.quote import Quote

Payload = bytes | str
SUBSCRIBE, UNSUBSCRIBE = 1, 0
INVALID = ("E1001", "Invalid Request Payload.")
TOO_MANY = ("E1002", "Invalid Request. Subscription Limit Exceeded")


class Tokens(msgspec.Struct, frozen=True, rename="camel"):
    """Tokens of one exchange."""

    exchange_type: Literal[1, 2, 3, 4, 5, 7, 13]
    tokens: list[str]


class Params(msgspec.Struct, frozen=True, rename="camel"):
    """What to send, in which mode."""

    mode: Literal[1, 2, 3]
    token_list: Annotated[list[Tokens], msgspec.Meta(min_length=1)]


class Request(msgspec.Struct, frozen=True):
    """A client's wish."""

    action: Literal[0, 1]
    params: Params
    correlation_id: str = msgspec.field(default="", name="correlationID")


class MarketStream:
    """Subscriptions of one connection.

    Args:
        listing: What there is.
        snapshot: The last packet's content of an instrument.
        quota: Most subscriptions, token times mode.
    """

    def __init__(
        self, listing: Listing, snapshot: Callable[[Listed, int], Quote], quota: int
    ) -> None:
        self._listing, self._snapshot, self._quota = listing, snapshot, quota
        self._modes: dict[tuple[int, str], set[int]] = {}

    @property
    def size(self) -> int:
        """Subscriptions in force; unknown tokens count too, they are only silent."""
        return sum(map(len, self._modes.values()))

    def receive(self, text: str, now_ns: int) -> list[Payload]:
        """Answer a request: with the cached packets of what is new, or with an error."""
        try:
            request = msgspec.json.decode(text, type=Request)
        except msgspec.DecodeError:
            return [_error(_correlation(text), INVALID)]
        if request.action == UNSUBSCRIBE:
            self._forget(request.params)
            return []
        return self._subscribe(request, now_ns)

    def packets(self, quote: Quote) -> list[Payload]:
        """What a published quote means to this connection: one packet per mode."""
        modes = self._modes.get((quote.exchange_type, quote.token), ())
        return [PACKETS[mode](quote) for mode in sorted(modes)]

    def _subscribe(self, request: Request, now_ns: int) -> list[Payload]:
        mode = request.params.mode
        wanted = dict.fromkeys(_pairs(request.params))
        fresh = [pair for pair in wanted if mode not in self._modes.get(pair, ())]
        if self.size + len(fresh) > self._quota:
            return [_error(request.correlation_id, TOO_MANY)]
        sent: list[Payload] = []
        for exchange_type, token in fresh:
            self._modes.setdefault((exchange_type, token), set()).add(mode)
            listed = self._listing.find(EXCHANGE_OF_TYPE[exchange_type], token)
            if listed:
                sent.append(PACKETS[mode](self._snapshot(listed, now_ns)))
        return sent

    def _forget(self, params: Params) -> None:
        for pair in _pairs(params):
            modes = self._modes.get(pair, set())
            modes.discard(params.mode)
            if not modes:
                self._modes.pop(pair, None)


def _pairs(params: Params) -> list[tuple[int, str]]:
    return [(row.exchange_type, token) for row in params.token_list for token in row.tokens]


def _correlation(text: str) -> str:
    try:
        raw = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return ""
    return str(raw.get("correlationID", "")) if isinstance(raw, dict) else ""


def _error(correlation: str, problem: tuple[str, str]) -> str:
    code, words = problem
    message = {"correlationID": correlation, "errorCode": code, "errorMessage": words}
    return msgspec.json.encode(message).decode()
