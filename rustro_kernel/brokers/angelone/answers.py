"""From a reply to a value of ours, or one of our errors; nothing else, whatever bytes came."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from rustro_kernel.brokers.angelone.envelope import Reply, data
from rustro_kernel.domain.errors import BrokerTransient

T = TypeVar("T")
R = TypeVar("R")


def answer(
    route: str,
    reply: Reply,
    decoder: "msgspec.json.Decoder[T]",
    make: Callable[[T], R],
    hide: Callable[[str], str] = str,
) -> R:
    """What `make` builds of a successful reply's data.

    `make` says with a ValueError or an ArithmeticError that a value makes no sense.

    Raises:
        BrokerError: The reply is a failure, or its data is not what the broker documents
            (BrokerTransient: after a write its outcome is unknown).
    """
    raw = data(route, reply, hide)
    try:
        return make(decoder.decode(raw))
    except msgspec.ValidationError as exc:
        raise BrokerTransient(route, f"not as documented: {hide(str(exc))}") from None
    except (msgspec.MsgspecError, ValueError, ArithmeticError, RecursionError) as exc:
        raise BrokerTransient(route, f"not as documented: {type(exc).__name__}") from None


def same(value: T) -> T:
    """For answers that are taken as they are."""
    return value
