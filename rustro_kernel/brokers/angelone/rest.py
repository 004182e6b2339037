"""One HTTP call after the other: headers, bytes out, bytes in, foreign errors turned into ours.

No retries, no waiting for a turn, no timeout: those belong to `client` and to the caller. A
caller's timeout during a write leaves its outcome unknown.
"""

from collections.abc import Mapping
from types import TracebackType
from typing import NamedTuple, Self

import aiohttp
import msgspec

from rustro_kernel.brokers.angelone.envelope import Reply
from rustro_kernel.brokers.angelone.routes import Route
from rustro_kernel.brokers.angelone.tokens import Tokens
from rustro_kernel.domain.errors import BrokerMisconfigured, BrokerTransient, LiveRefused
from rustro_kernel.domain.redaction import Redaction

KEEP_ALIVE_S = 15
NO_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=None)


class Identity(NamedTuple):
    """What the broker asks to be told of the caller's machine (facts 1.2)."""

    public_ip: str = "127.0.0.1"
    local_ip: str = "127.0.0.1"
    mac: str = "02:00:00:00:00:01"


class Rest:
    """The broker's REST host over one keep-alive session; `async with` opens and closes it.

    Args:
        url: Scheme, host and port.
        api_key: Sent as X-PrivateKey with every call.
        redaction: Hides secrets in whatever the broker answers.
        identity: Of this machine.
        may_order: Whether writes may leave. Made true in one place, by a live session; in paper
            no order can reach the broker, whatever the code above does.

    Raises:
        BrokerMisconfigured: The API key is no text a header can hold.
    """

    def __init__(
        self,
        url: str,
        api_key: str,
        redaction: Redaction,
        identity: Identity = Identity(),  # noqa: B008 - immutable
        *,
        may_order: bool = False,
    ) -> None:
        self.url = url.rstrip("/")
        self.redaction = redaction
        self._api_key = api_key
        self._identity = identity
        self._may_order = may_order
        self._session: aiohttp.ClientSession | None = None
        redaction.learn(api_key)
        if not (api_key and api_key.isascii() and api_key.isprintable()):
            raise BrokerMisconfigured("API key", "no text a header can hold")

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            timeout=NO_TIMEOUT,
            connector=aiohttp.TCPConnector(keepalive_timeout=KEEP_ALIVE_S),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        assert self._session is not None
        await self._session.close()

    async def send(
        self, route: Route, body: object = None, *, tokens: Tokens | None = None, tail: str = ""
    ) -> Reply:
        """Send one call and read its answer whole. `tail` is appended to the path.

        Raises:
            LiveRefused: A write, and this client may not order. Nothing was sent.
            BrokerTransient: No answer; a write's outcome is unknown.
            BrokerMisconfigured: The address is none.
        """
        if route.is_write and not self._may_order:
            raise LiveRefused(f"{route.name} is closed to a client that may not order")
        assert self._session is not None, "use `async with`"
        try:
            # Foreign errors may carry the request's headers: they are not passed on, not even as
            # the cause, and no secret is held in a local of this frame.
            async with self._session.request(
                route.method,
                f"{self.url}{route.path}{tail}",
                data=None if body is None else msgspec.json.encode(body),
                headers=self._headers(tokens),
                allow_redirects=False,
            ) as response:
                kind = response.content_type.lower()
                return Reply(response.status, kind, await response.read())
        except aiohttp.InvalidURL:
            raise BrokerMisconfigured(route.name, f"{self.url} is no address") from None
        except (aiohttp.ClientError, OSError, ValueError) as exc:
            raise BrokerTransient(route.name, type(exc).__name__) from None

    def _headers(self, tokens: Tokens | None) -> Mapping[str, str]:
        held = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "X-UserType": "USER",
            "X-SourceID": "WEB",
            "X-ClientLocalIP": self._identity.local_ip,
            "X-ClientPublicIP": self._identity.public_ip,
            "X-MACAddress": self._identity.mac,
            "X-PrivateKey": self._api_key,
        }
        return held | {"Authorization": f"Bearer {tokens.jwt}"} if tokens else held

    def __repr__(self) -> str:
        return f"Rest({self.url})"
