"""What is said over the socket: one JSON object a line, an answer to every request.

A request is ``{"id": ..., "ask": "status" | "view" | "events" | "send" | ..., ...}``, its answer
``{"id": ..., "ok": true, "error": "", "data": ...}``. Requests of one connection are answered in
order. The id of `send` is the command's: sent twice, it is one command.
"""

from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta

from rustro_kernel.engine.turn import Event
from rustro_kernel.records.ledger import Untyped, typed

LINE_BYTES = 65_536
"""The longest request."""
ANSWER_BYTES = 64 << 20
"""The longest answer a client reads."""
WORD = 200
"""Letters a name may have: a command is recorded."""
PAGE = 500
"""The most events in one answer."""


class Ask(msgspec.Struct, frozen=True, kw_only=True, tag_field="ask"):
    """A request."""

    id: str = ""


class AskStatus(Ask, frozen=True, kw_only=True, tag="status"):
    """The answer's data is a `Status`."""


class AskView(Ask, frozen=True, kw_only=True, tag="view"):
    """The answer's data is a `View`, or null if it is still that after `after_input`."""

    after_input: int = -1


class AskEvents(Ask, frozen=True, kw_only=True, tag="events"):
    """The answer's data is a `Page`."""

    after_seq: int = 0


class AskWhy(Ask, frozen=True, kw_only=True, tag="why"):
    """The answer's data is text."""

    at: str | None = None  # HH:MM


class AskChain(Ask, frozen=True, kw_only=True, tag="chain"):
    """The answer's data is a `Chain`."""

    name: Annotated[str, Meta(max_length=WORD)] = ""


class AskBars(Ask, frozen=True, kw_only=True, tag="bars"):
    """The answer's data is the bars before today."""

    name: Annotated[str, Meta(max_length=WORD)] = ""
    timeframe: Annotated[str, Meta(max_length=WORD)] = "1d"


class AskSettings(Ask, frozen=True, kw_only=True, tag="settings"):
    """The answer's data is every `Setting` that may be changed now."""


class AskPreview(Ask, frozen=True, kw_only=True, tag="preview"):
    """The answer's data is a `Preview`; it may take a minute."""

    key: Annotated[str, Meta(max_length=WORD)]
    value: Annotated[str, Meta(max_length=WORD)]


class Send(Ask, frozen=True, kw_only=True, tag="send"):
    """A command; the answer's data is a `Reply`, given when the view shows what it did."""

    id: Annotated[str, Meta(min_length=1, max_length=WORD)]
    name: Annotated[str, Meta(max_length=WORD)]
    args: Annotated[dict[str, str], Meta(max_length=20)] = {}
    actor: Annotated[str, Meta(max_length=WORD)] = "operator"


Request = (
    AskStatus | AskView | AskEvents | AskWhy | AskChain | AskBars | AskSettings | AskPreview | Send
)


class Answer(msgspec.Struct, frozen=True):
    """`data` is what was asked for, or null with an `error`, which is a sentence."""

    id: str
    ok: bool
    error: str = ""
    data: msgspec.Raw = msgspec.Raw(b"null")


class Reply(msgspec.Struct, frozen=True):
    """What became of a command."""

    id: str
    accepted: bool
    text: str

    def __bool__(self) -> bool:
        return self.accepted


class Page(msgspec.Struct, frozen=True):
    """Events in order, at most `PAGE` of them; `started_ns` differs when the process is another.

    A process keeps its last events only, and none of those before it: the first may come later
    than asked for.
    """

    session_id: str
    started_ns: int
    events: tuple[Event, ...] = ()
    is_whole: bool = True  # there were no more


class _SentPage(msgspec.Struct, frozen=True):
    session_id: str
    started_ns: int
    events: tuple[Untyped, ...]
    is_whole: bool


_page = msgspec.json.Decoder(_SentPage)


def read_page(data: bytes) -> Page:
    """A page with its events typed.

    Raises:
        ValueError: If it is none, or an event is one of another version of rustro.
    """
    sent = _page.decode(data)
    return Page(sent.session_id, sent.started_ns, _typed(sent.events), sent.is_whole)


def _typed(events: Iterable[Untyped]) -> tuple[Event, ...]:
    return tuple(typed(event) for event in events)
