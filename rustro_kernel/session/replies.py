"""Commands on their way to the engine, and the replies to them."""

import secrets
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from itertools import count
from threading import Lock

import msgspec

from rustro_kernel.control.messages import Reply
from rustro_kernel.engine.events.orders import DuplicateIgnored
from rustro_kernel.engine.events.system import CommandReceived
from rustro_kernel.engine.inputs import Command
from rustro_kernel.engine.turn import Event

SEEN_BEFORE = "this command was judged before the session's process was started again"


def unreadable(command: Command) -> str:
    """Why a command cannot be recorded so that it reads the same again; empty if it can."""
    try:
        msgspec.json.decode(msgspec.json.encode(command), type=Command)
    except (TypeError, ValueError) as exc:
        return f"names and values of a command are text: {exc}"
    return ""


class Replies:
    """Promises of replies by command id. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._process = secrets.token_hex(3)
        self._numbers = count(1)
        self._promised: dict[str, Future[Reply]] = {}
        self._judged: deque[Reply] = deque()
        self._lock = Lock()
        self._ended = False

    @property
    def are_over(self) -> bool:
        """Whether the session has ended."""
        return self._ended

    def new_id(self) -> str:
        """An id no command of this session has, nor one of a process it was restarted from."""
        return f"c{next(self._numbers)}-{self._process}"

    def promise(self, command: Command) -> tuple[Future[Reply], bool]:
        """The future of its reply, and whether it is new: one id is one command."""
        with self._lock:
            known = self._promised.get(command.id)
            if known is not None:
                return known, False
            promised: Future[Reply] = Future()
            self._promised[command.id] = promised
        if self._ended:
            self._resolve(promised, Reply(command.id, accepted=False, text="the session has ended"))
        return promised, not self._ended

    def see(self, events: Iterable[Event]) -> None:
        """Note what these events answer; `keep` follows when the view shows it."""
        for event in events:
            data = event.data
            if isinstance(data, CommandReceived):
                self._judged.append(Reply(data.id, data.accepted, data.reply))
            elif isinstance(data, DuplicateIgnored) and data.what == "command":
                self._judged.append(Reply(data.id, accepted=False, text=SEEN_BEFORE))

    def keep(self) -> None:
        """Keep the promises whose replies are known: who is told sees it in the view."""
        while self._judged:
            reply = self._judged.popleft()
            promised = self._promised.get(reply.id)
            if promised is not None:
                self._resolve(promised, reply)

    def end(self) -> None:
        """No reply will come any more: refuse what is open."""
        self.keep()
        with self._lock:
            self._ended = True
            waiting = list(self._promised.items())
        for name, promised in waiting:
            self._resolve(promised, Reply(name, accepted=False, text="the session has ended"))

    @staticmethod
    def _resolve(promised: "Future[Reply]", reply: Reply) -> None:
        with suppress(InvalidStateError):  # kept already, or the one who waited has gone
            promised.set_result(reply)
