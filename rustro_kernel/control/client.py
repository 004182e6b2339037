"""Asks a session over its socket. Blocks, for a bounded time: for commands, threads and scripts.

Every request can be repeated, a command included, because its id is one command. So a connection
that broke in between, as when the session has ended and started again, is opened anew once.
"""

import os
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Self, TypeVar
from uuid import uuid4

import msgspec

from rustro_kernel.control.messages import (
    ANSWER_BYTES,
    Answer,
    Ask,
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
    Send,
    read_page,
)
from rustro_kernel.control.peers import ROOT, is_trusted, peer_uid
from rustro_kernel.control.status import Status
from rustro_kernel.domain.bars import Bar
from rustro_kernel.domain.errors import NoAnswer, NotRunning
from rustro_kernel.engine.asked import Chain, Preview, Setting
from rustro_kernel.engine.view import View

T = TypeVar("T")
TIMEOUT_S = 5.0
CHUNK_BYTES = 1 << 18

_answer = msgspec.json.Decoder(Answer)
_status = msgspec.json.Decoder(Status)
_view: msgspec.json.Decoder[View | None] = msgspec.json.Decoder(View | None)
_text = msgspec.json.Decoder(str)
_reply = msgspec.json.Decoder(Reply)
_chain = msgspec.json.Decoder(Chain)
_bars = msgspec.json.Decoder(tuple[Bar, ...])
_settings = msgspec.json.Decoder(tuple[Setting, ...])
_preview = msgspec.json.Decoder(Preview)


class Client:
    """One connection, opened when it is needed. For one thread at a time.

    Every method raises NotRunning where nobody listens, and NoAnswer where what listens gives no
    answer in time, or refuses to.

    Args:
        path: Of `places.socket_path`.
        timeout_s: So long an answer may take, from the call to its last byte.
    """

    def __init__(self, path: Path, timeout_s: float = TIMEOUT_S) -> None:
        self.path, self.timeout_s = path, timeout_s
        self.connections = 0
        """How often it was opened: another one may be another process of the session."""
        self._socket: socket.socket | None = None
        self._received = bytearray()
        self._until_s = 0.0

    def status(self) -> Status:
        """The session at this moment."""
        return self._asked(AskStatus(id=new_id()), _status.decode)

    def view(self, after_input: int = -1) -> View | None:
        """The frozen picture; None if it is still the one after that input."""
        return self._asked(AskView(id=new_id(), after_input=after_input), _view.decode)

    def events(self, after_seq: int = 0) -> Page:
        """The events after one, a page of them."""
        return self._asked(AskEvents(id=new_id(), after_seq=after_seq), read_page)

    def why(self, at: str | None = None) -> str:
        """Why there was or was not a trade, at "HH:MM" or over the day so far."""
        return self._asked(AskWhy(id=new_id(), at=at), _text.decode)

    def chain(self, name: str = "") -> Chain:
        """The option chain of an underlying; empty: of the first one."""
        return self._asked(AskChain(id=new_id(), name=name), _chain.decode)

    def earlier_bars(self, name: str, timeframe: str) -> tuple[Bar, ...]:
        """The bars before today, as the warm-up has them."""
        return self._asked(AskBars(id=new_id(), name=name, timeframe=timeframe), _bars.decode)

    def settings(self) -> tuple[Setting, ...]:
        """What may be changed now."""
        return self._asked(AskSettings(id=new_id()), _settings.decode)

    def preview(self, key: str, value: str) -> Preview:
        """What a setting would have done to the day so far; takes up to a minute."""
        return self._asked(AskPreview(id=new_id(), key=key, value=value), _preview.decode)

    def send(self, name: str, *, id: str = "", actor: str = "operator", **args: str) -> Reply:
        """Ask the engine for something; its reply.

        Args:
            name: A key of `engine.commands.COMMANDS`.
            id: Makes a repeated request one command; empty: a new one.
            actor: Who asks, for the record.
            args: What the command needs.
        """
        return self.ask(Send(id=id or new_id(), name=name, args=args, actor=actor))

    def ask(self, command: Send) -> Reply:
        """The same, of a command that was put together before."""
        return self._asked(command, _reply.decode)

    def close(self) -> None:
        """Close the connection; the next request opens another one."""
        if self._socket is not None:
            self._socket.close()
        self._socket = None
        self._received.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _asked(self, ask: Ask, read: Callable[[bytes], T]) -> T:
        """The answer; whatever goes wrong, the connection is not used again."""
        self._until_s = monotonic() + self.timeout_s
        is_answered = False
        try:
            data = self._exchanged(msgspec.json.encode(ask) + b"\n", ask.id)
            found = read(data)
            is_answered = True
        except TimeoutError as exc:
            raise NoAnswer(str(self.path), f"none within {self.timeout_s:g} s") from exc
        except (OSError, ValueError) as exc:
            raise NoAnswer(str(self.path), str(exc)) from exc
        finally:
            if not is_answered:
                self.close()
        return found

    def _exchanged(self, line: bytes, id: str) -> bytes:
        is_new = self._socket is None
        try:
            return self._once(line, id)
        except ConnectionError:
            if is_new:
                raise
        self.close()
        return self._once(line, id)

    def _once(self, line: bytes, id: str) -> bytes:
        link = self._socket or self._connect()
        link.settimeout(self._left_s())
        with suppress(BrokenPipeError):  # who is refused at once is told why
            link.sendall(line)
        answer = _answer.decode(self._line(link))
        if not answer.ok:
            raise NoAnswer(str(self.path), answer.error)
        if answer.id != id:
            raise ValueError("it answers something else")
        return bytes(answer.data)

    def _connect(self) -> socket.socket:
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            link.settimeout(self._left_s())
            link.connect(os.fspath(self.path))
            _check_peer(link)
        except (FileNotFoundError, ConnectionRefusedError) as exc:
            link.close()
            raise NotRunning(str(self.path)) from exc
        except BaseException:
            link.close()
            raise
        self._socket = link
        self.connections += 1
        return link

    def _line(self, link: socket.socket) -> bytes:
        while b"\n" not in self._received[-CHUNK_BYTES:]:
            link.settimeout(self._left_s())
            chunk = link.recv(CHUNK_BYTES)
            if not chunk:
                raise ConnectionResetError("the connection was closed")
            self._received += chunk
            if len(self._received) > ANSWER_BYTES:
                raise ValueError(f"the answer has more than {ANSWER_BYTES} bytes")
        line, _, rest = bytes(self._received).partition(b"\n")
        self._received[:] = rest
        return line

    def _left_s(self) -> float:
        left_s = self._until_s - monotonic()
        if left_s <= 0:
            raise TimeoutError
        return left_s


def _check_peer(link: socket.socket) -> None:
    """What lies at a path in a folder of everybody may be a trap; root may talk to everybody."""
    own_uid = os.geteuid()
    if own_uid != ROOT and not is_trusted(peer_uid(link), own_uid):
        raise PermissionError("another user listens there")


def new_id() -> str:
    """An id that nothing else has."""
    return uuid4().hex
