"""From a request to its answer."""

import asyncio
import logging
from concurrent.futures import Future
from typing import Protocol

import msgspec

from rustro_kernel.control.messages import (
    Answer,
    AskBars,
    AskChain,
    AskEvents,
    AskPreview,
    AskSettings,
    AskStatus,
    AskView,
    AskWhy,
    Page,
    Reply,
    Request,
    Send,
)
from rustro_kernel.control.status import Status
from rustro_kernel.domain.bars import Bar
from rustro_kernel.domain.errors import RustroError
from rustro_kernel.engine.asked import Chain, Preview, Setting
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

    def chain(self, name: str) -> Chain:
        """The option chain of an underlying; takes some milliseconds."""

    def earlier_bars(self, name: str, timeframe: str) -> tuple[Bar, ...]:
        """The bars before today."""

    def settings(self) -> tuple[Setting, ...]:
        """What may be changed now."""

    def preview(self, key: str, value: str) -> "Future[Preview]":
        """What a setting would have done to the day so far."""


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
        case AskPreview(key=key, value=value):
            return _encoder.encode(await asyncio.wrap_future(desk.preview(key, value)))
        case Send(id=id_, name=name, args=args, actor=actor):
            return _encoder.encode(await _reply(desk.take(Command(id_, name, args, actor))))
        case AskWhy() | AskChain() | AskBars() | AskSettings():
            return _encoder.encode(await asyncio.to_thread(_worked_out, desk, request))


def _worked_out(desk: Desk, request: AskWhy | AskChain | AskBars | AskSettings) -> object:
    """What takes a while: in the meantime others are answered."""
    match request:
        case AskWhy(at=at):
            return desk.why(at)
        case AskChain(name=name):
            return desk.chain(name)
        case AskBars(name=name, timeframe=timeframe):
            return desk.earlier_bars(name, timeframe)
        case AskSettings():
            return desk.settings()


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
