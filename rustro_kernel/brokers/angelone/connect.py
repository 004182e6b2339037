"""The client put together: REST, rate limits, login. Opened and closed with `async with`."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rustro_kernel.brokers.angelone.auth import Login, Sleep
from rustro_kernel.brokers.angelone.client import ORDER_TIMEOUT_S, Client
from rustro_kernel.brokers.angelone.forms import Credentials
from rustro_kernel.brokers.angelone.rest import Identity, Rest
from rustro_kernel.brokers.angelone.turnstile import Turnstile
from rustro_kernel.brokers.angelone.wire import Wire
from rustro_kernel.domain.redaction import Redaction
from rustro_kernel.ports import Clock


@asynccontextmanager
async def connect(
    rest_url: str,
    credentials: Credentials,
    clock: Clock,
    *,
    identity: Identity | None = None,
    may_order: bool = False,
    order_timeout_s: float = ORDER_TIMEOUT_S,
    sleep: Sleep = asyncio.sleep,
) -> AsyncIterator[Client]:
    """A client of one account; nothing is sent until it is asked something.

    Make one per account and process: the rate limits and the login belong to the account. The
    clock decides one-time codes and the tokens' end. Leaving does not log out.

    Args:
        rest_url: Scheme, host and port.
        credentials: Of the account.
        clock: The wall clock, or the virtual one of the simulated exchange.
        identity: What the broker asks to know of this machine.
        may_order: True in a live session only; elsewhere orders are refused before they leave.
        order_timeout_s: How long an order may stay without an answer once it has left.
        sleep: Waits for seconds of `clock`: another one where that clock does not run at 1x.

    Raises:
        BrokerMisconfigured: The TOTP seed or the API key is none.
    """
    async with Rest(
        rest_url, credentials.api_key, Redaction(), identity or Identity(), may_order=may_order
    ) as rest:
        wire = Wire(rest, Turnstile(time.monotonic_ns))
        login = Login(wire, credentials, clock, sleep)
        yield Client(wire, login, sleep, order_timeout_s)
