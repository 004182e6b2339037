"""How a stream's connection is opened, and what a refusal to open it means (facts 7.1, 8)."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from websockets.asyncio.client import connect
from websockets.exceptions import InvalidURI
from websockets.http11 import Response
from websockets.uri import parse_uri

from rustro_kernel.brokers.angelone.reader import MAX_QUEUE, Reader
from rustro_kernel.brokers.angelone.stream_state import StreamSettings
from rustro_kernel.domain.errors import (
    BrokerAuthRefused,
    BrokerError,
    BrokerMisconfigured,
    BrokerThrottled,
    BrokerTransient,
)

MAX_MESSAGE = 1 << 20
MAX_WORDS = 200
OUR_OWN = ("client code", "api key")


@dataclass(frozen=True, slots=True)
class Access:
    """What opens a stream."""

    client_id: str
    api_key: str = field(repr=False)
    jwt: str = field(repr=False)  # without "Bearer "
    feed_token: str = field(repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the opening request, as the official client sends them."""
        return {
            "Authorization": f"Bearer {self.jwt}",
            "x-api-key": self.api_key,
            "x-client-code": self.client_id,
            "x-feed-token": self.feed_token,
        }


def dialer(
    url: str, access: Callable[[], Access], settings: StreamSettings
) -> Callable[[], connect]:
    """Makes new connections; each asks `access` anew, so that a fresh login is used.

    Raises:
        BrokerMisconfigured: If the URL is none of a websocket.
    """
    try:
        parse_uri(url)
    except InvalidURI:
        raise BrokerMisconfigured("stream", f"{url!r} is no address of a websocket") from None
    logger = logging.Logger("rustro.websockets", logging.CRITICAL)  # theirs logs the headers

    def dial() -> connect:
        return connect(
            url,
            additional_headers=access().headers,
            compression=None,
            proxy=None,
            open_timeout=settings.open_timeout_s,
            ping_interval=None,
            close_timeout=settings.close_timeout_s,
            max_size=MAX_MESSAGE,
            max_queue=MAX_QUEUE,
            create_connection=Reader,
            logger=logger,
        )

    return dial


def refusal(name: str, response: Response) -> BrokerError:
    """What an HTTP answer other than 101 means.

    401 is a dead token, and 403 too on the order stream; but 403 is also the broker's way to say
    "too often" and the edge's way to say "not from there", which a new login does not heal.
    """
    said = response.headers.get("x-error-message", "")
    body = bytes(response.body or b"")[:MAX_WORDS].decode("utf-8", "replace").strip()
    words, status = said or body, str(response.status_code)
    if response.status_code == 429 or "access rate" in body:
        return BrokerThrottled(name, words or "too many connections", status)
    if response.status_code == 401 or (response.status_code == 403 and not body.startswith("<")):
        is_ours = any(word in said.lower() for word in OUR_OWN)
        return (BrokerMisconfigured if is_ours else BrokerAuthRefused)(name, words, status)
    return BrokerTransient(name, words, status)
