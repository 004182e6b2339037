"""A control server on a desk that answers without a session."""

import socket
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any

from rustro_kernel.control.listening import Listening
from rustro_kernel.control.messages import Page, Reply
from rustro_kernel.control.places import socket_path
from rustro_kernel.control.server import Server
from rustro_kernel.control.status import Status
from rustro_kernel.domain.bars import Bar
from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.engine.asked import Chain, ChainRow, OptionFigures, Preview, Setting
from rustro_kernel.engine.events.startup import LogInitialized
from rustro_kernel.engine.inputs import Command
from rustro_kernel.engine.turn import Event
from rustro_kernel.engine.view import View


def event(seq: int, session_id: str = "s-1") -> Event:
    return Event(seq, seq, seq, "LogInitialized", None, None, LogInitialized(session_id))


def status(**facts: Any) -> Status:
    plain: dict[str, Any] = {
        "session_id": "s-1", "mode": "sim", "account": "main", "date": "2021-11-30", "pid": 7,
        "folder": "/runs/s-1", "started_ns": 0, "wall_ns": 0, "now_ns": 0, "state": "WAITING",
        "phase": "OPEN", "accepting_entries": True,
    }  # fmt: skip
    return Status(**{**plain, **facts})


class FakeDesk:
    """Accepts every command at once, but those of `held`, which wait until they are let go."""

    folder = "/runs/s-1"

    def __init__(self) -> None:
        self.picture = View(session_id="s-1", input=5, state="WAITING")
        self.events = [event(n) for n in range(1, 4)]
        self.session_id, self.started_ns = "s-1", 1
        self.commands: list[Command] = []
        self.held: dict[str, Future[Reply]] = {}

    def status(self) -> Status:
        about = {"session_id": self.session_id, "started_ns": self.started_ns}
        return status(folder=self.folder, **about)

    def view(self) -> View:
        return self.picture

    def page(self, after_seq: int) -> Page:
        found = [e for e in self.events if e.seq > after_seq]
        return Page(self.session_id, self.started_ns, tuple(found[:2]), is_whole=len(found) <= 2)

    def why(self, at: str | None) -> str:
        if at == "bad":
            raise BadUsage("no time of day")
        return f"because of {1 // (at != 'broken')}"

    def chain(self, name: str) -> Chain:
        return Chain(name or "NIFTY", rows=(ChainRow(100, OptionFigures("NFO:1", "N100CE"), None),))

    def earlier_bars(self, name: str, timeframe: str) -> tuple[Bar, ...]:
        return (Bar(1, 2, 3, 2, 3),) if timeframe == "1d" else ()

    def settings(self) -> tuple[Setting, ...]:
        return (Setting("risk.max_positions", 3, "whole", low=1, high=50),)

    def preview(self, key: str, value: str) -> "Future[Preview]":
        promised: Future[Preview] = Future()
        promised.set_result(Preview(key, value, "nothing would change"))
        return promised

    def take(self, command: Command) -> "Future[Reply]":
        self.commands.append(command)
        promised = self.held.get(command.name)
        if promised is None:
            promised = Future()
            promised.set_result(Reply(command.id, accepted=True, text="accepted"))
        return promised


@contextmanager
def serving(folder: Path, desk: FakeDesk, account: str = "main", **limits: Any) -> Iterator[Server]:
    """A server for an account of a state folder."""
    server = Server(Listening(socket_path(folder, account), folder), desk, **limits)
    thread = Thread(target=server.run)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(20)
        assert not thread.is_alive()


class Raw:
    """A connection that says what it is told to."""

    def __init__(self, folder: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(20)
        self.socket.connect(str(socket_path(folder, "main")))
        self._file = self.socket.makefile("rb")

    def say(self, line: bytes) -> None:
        with suppress(BrokenPipeError):  # it has closed, and may have said why
            self.socket.sendall(line)

    def hear(self) -> bytes:
        """The next line; empty when the other side has closed."""
        try:
            return self._file.readline()
        except ConnectionResetError:
            return b""

    def close(self) -> None:
        self._file.close()
        self.socket.close()

    def __enter__(self) -> "Raw":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
