"""What a reply of the broker's REST means: its data, or the right one of our errors.

Pure, and total: whatever bytes come, `data` returns or raises a BrokerError. Two dialects exist,
`status`/`errorcode` of the order system and `success`/`errorCode` of the gateway; throttling is
403 with plain text and outages are HTML, so status and content type come before any parsing
(facts/smartapi.md 1.3, 2.6).
"""

from collections.abc import Callable
from typing import NamedTuple

import msgspec

from rustro_kernel.domain.errors import (
    BrokerAuthRefused,
    BrokerError,
    BrokerMisconfigured,
    BrokerRefused,
    BrokerThrottled,
    BrokerTransient,
)

Kind = type[BrokerError]

CODES: dict[str, Kind] = {
    **dict.fromkeys(("AG8001", "AG8002", "AG8003", "AB1010", "AB1011"), BrokerAuthRefused),
    **dict.fromkeys(("AB8050", "AB8051", "AB1050"), BrokerAuthRefused),
    "AB1019": BrokerAuthRefused,  # undocumented; users see it go after a new login
    **dict.fromkeys(("AG8004", "AG7002", "AB1034", "AB1005"), BrokerMisconfigured),
    "AB1021": BrokerThrottled,
    **dict.fromkeys(("AB1004", "AB2000", "AB2001"), BrokerTransient),
}
"""Facts 2.6; every other code is the broker's business refusal."""

STATUSES: dict[int, Kind] = {
    400: BrokerRefused,  # an empty body: one of the values sent is not known, such as an interval
    401: BrokerAuthRefused,
    403: BrokerThrottled,
    404: BrokerMisconfigured,
    408: BrokerTransient,
    429: BrokerThrottled,
}
"""What a status means where no code says more; other 4xx are refusals, 5xx are transient."""

THROTTLE_WORDS = ("exceeding access rate", "too many requests")
MOST_WORDS = 200
NOTHING = msgspec.Raw(b"null")
EMPTY = (b"", b'""', b'"null"')
"""How the docs print "no data"; live answers say null."""


class Reply(NamedTuple):
    """One HTTP answer."""

    status: int
    content_type: str
    body: bytes

    def __repr__(self) -> str:
        return f"Reply({self.status}, {self.content_type}, {len(self.body)} bytes)"


class _Envelope(msgspec.Struct):
    status: bool | str | None = None
    success: bool | str | None = None
    message: str | None = None
    errorcode: str | None = None
    errorCode: str | None = None  # noqa: N815 - the gateway's spelling
    data: msgspec.Raw = NOTHING

    def __repr__(self) -> str:
        return "_Envelope(...)"  # its words are not yet without secrets

    @property
    def is_ok(self) -> bool | None:
        """What it says of itself; None where it says nothing."""
        said = self.status if self.status is not None else self.success
        return {"true": True, "false": False}.get(str(said).lower())


_ENVELOPE = msgspec.json.Decoder(_Envelope)


def data(route: str, reply: Reply, hide: Callable[[str], str] = str) -> msgspec.Raw:
    """The `data` of a successful reply, still encoded; `null` where there is none.

    `hide` takes secrets out of the broker's words.

    Raises:
        BrokerError: One of its five classes, by facts 2.6.
    """
    envelope = _opened(reply)
    if envelope is not None and envelope.is_ok and 200 <= reply.status < 300:
        return NOTHING if bytes(envelope.data) in EMPTY else envelope.data
    raise _error(route, reply, envelope, hide)


def _opened(reply: Reply) -> _Envelope | None:
    """The JSON of a reply; None where it holds none."""
    if "html" in reply.content_type or not reply.body.lstrip().startswith(b"{"):
        return None
    try:
        return _ENVELOPE.decode(reply.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _error(
    route: str, reply: Reply, envelope: _Envelope | None, hide: Callable[[str], str]
) -> BrokerError:
    code = _code(envelope) if envelope else ""
    words = plain(envelope.message or "") if envelope else plain(_text(reply))
    says_no = bool(code) or (envelope is not None and envelope.is_ok is False)
    return _kind(reply.status, says_no, code, words)(
        route, hide(words) or f"HTTP {reply.status}", hide(code)
    )


def _kind(status: int, says_no: bool, code: str, words: str) -> Kind:
    """The class of a failure: by words, by code, by status, in this order."""
    if any(phrase in words.lower() for phrase in THROTTLE_WORDS):
        return BrokerThrottled
    if code in CODES:
        return CODES[code]
    if status in STATUSES:
        return STATUSES[status]
    if 300 <= status < 400:
        return BrokerMisconfigured  # a redirect: the address is not the API's
    if status >= 500:
        return BrokerTransient
    return BrokerRefused if says_no or status >= 400 else BrokerTransient


def _code(envelope: _Envelope) -> str:
    return plain(envelope.errorcode or envelope.errorCode or "")


def _text(reply: Reply) -> str:
    """A body that is plain text. Anything else is not worth repeating."""
    is_plain = reply.content_type.startswith("text/plain")
    return reply.body[:MOST_WORDS].decode("ascii", "ignore") if is_plain else ""


def plain(words: str) -> str:
    """The broker's words on one line, without control characters, cut to a readable length."""
    return "".join(c if c.isprintable() else " " for c in words[:MOST_WORDS]).strip()
