"""From a request to its answer."""

import asyncio
import logging
from concurrent.futures import Future
from typing import Protocol

import msgspec

from rustro_kernel.control.messages import (
    Answer,
    AskEvents,
    AskStatus,
    AskView,
    AskWhy,
    Page,
    Reply,
    Request,
    Send,
)
from rustro_kernel.control.status import Status
from rustro_kernel.domain.errors import RustroError
from rustro_kernel.engine.inputs import Command
from rustro_kernel.engine.view import View

log = logging.getLogger(__name__)

REPLY_S = 30.0
"""So long the engine has for a command; the same id asked again waits for the same reply."""


class Desk(Protocol):
    """What is asked of a session. Every method may be called from any thread, and never waits."""

    def status(self) -> Status:
        """The session at this moment."""

    def view(self) -> View:
        """The frozen picture."""

    def page(self, after_seq: int) -> Page:
        """The events after one."""

    def why(self, at: str | None) -> str:
        """Why there was or was not a trade; takes a while."""

    def take(self, command: Command) -> "Future[Reply]":
        """Have a command taken in; one id is one command."""


UNREADABLE = (ValueError, RecursionError)
"""What a line may be decoded to that is no request: the second for a thousand brackets."""

_request = msgspec.json.Decoder(Request)
_encoder = msgspec.json.Encoder()


class _Named(msgspec.Struct):
    id: str = ""


_named = msgspec.json.Decoder(_Named)


async def answer(desk: Desk, line: bytes) -> bytes:
    """The answer to one line, with its newline."""
    try:
        request = _request.decode(line)
    except UNREADABLE as exc:
        return refusal(_name_of(line), f"not understood: {exc}")
    try:
        data = await _data(desk, request)
    except (RustroError, TimeoutError) as exc:
        return refusal(request.id, str(exc))
    except Exception:  # a fault of ours in a picture must not end the channel that can kill
        log.exception("a request on the control socket failed")
        return refusal(request.id, "the session could not make an answer; see its log")
    return _encoder.encode(Answer(request.id, ok=True, data=msgspec.Raw(data))) + b"\n"


async def _data(desk: Desk, request: Request) -> bytes:
    match request:
        case AskStatus():
            return _encoder.encode(desk.status())
        case AskView(after_input=known):
            view = desk.view()
            return b"null" if view.input == known else _encoder.encode(view)
        case AskEvents(after_seq=seq):
            return _encoder.encode(desk.page(seq))
        case AskWhy(at=at):
            return _encoder.encode(await asyncio.to_thread(desk.why, at))
        case Send(id=id_, name=name, args=args, actor=actor):
            return _encoder.encode(await _reply(desk.take(Command(id_, name, args, actor))))


async def _reply(promised: "Future[Reply]") -> Reply:
    """Waits without ever cancelling it: somebody else may wait for the same one."""
    waiting = asyncio.wrap_future(promised)
    await asyncio.wait([waiting], timeout=REPLY_S)
    if not waiting.done():
        raise TimeoutError(f"the command was handed over and not judged within {REPLY_S:g} s")
    return waiting.result()


def refusal(name: str, error: str) -> bytes:
    """The answer that says why there is none."""
    return _encoder.encode(Answer(name, ok=False, error=error)) + b"\n"


def _name_of(line: bytes) -> str:
    """The id of a request that is none of ours, so that its sender knows what was refused."""
    try:
        return _named.decode(line).id
    except UNREADABLE:
        return ""
