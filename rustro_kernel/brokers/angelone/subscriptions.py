"""What the client says on the market stream: requests as JSON text (facts/smartapi.md, 7.3)."""

from collections.abc import Iterable, Sequence
from enum import IntEnum

import msgspec

from rustro_kernel.brokers.angelone.codec import Mode
from rustro_kernel.brokers.angelone.exchanges import subscription
from rustro_kernel.domain.instruments import InstrumentKey

MAX_SUBSCRIPTIONS = 1000
"""On one connection, counted instrument x mode; more is answered E1002."""
BATCH = 200
"""Instruments in one request: small enough that a refused one costs little."""
PING = "ping"


class Action(IntEnum):
    """The verb of a request. There is no login message and no acknowledgement."""

    UNSUBSCRIBE = 0
    SUBSCRIBE = 1


def requests(
    action: Action, keys: Iterable[InstrumentKey], mode: Mode, *, first: int = 1
) -> list[str]:
    """The texts that ask for one action on many instruments, numbered from `first`.

    Raises:
        BadData: If an instrument has no address on the stream.
    """
    wanted = list(dict.fromkeys(keys))
    batches = [wanted[at : at + BATCH] for at in range(0, len(wanted), BATCH)]
    return [_text(action, keys, mode, first + n) for n, keys in enumerate(batches)]


def _text(action: Action, keys: Sequence[InstrumentKey], mode: Mode, number: int) -> str:
    tokens: dict[int, list[str]] = {}
    for key in keys:
        exchange_type, token = subscription(key)
        tokens.setdefault(exchange_type, []).append(token)
    token_list = [{"exchangeType": e, "tokens": t} for e, t in tokens.items()]
    params = {"mode": mode.value, "tokenList": token_list}
    request = {"correlationID": f"rb{number:08d}", "action": action.value, "params": params}
    return msgspec.json.encode(request).decode()
