"""Clicks become commands: one at a time for each button, whatever thread they come on."""

import secrets
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from time import monotonic
from typing import Any, NamedTuple

DOUBLE_CLICK_S = 0.8
"""A second click on a button within so long is the same click.

Rows move up when one goes, and down when one comes: so it is on the same button of another row.
"""


class Answer(NamedTuple):
    """What became of the last click of a button."""

    button: str
    command: str
    state: str  # pending, accepted, refused
    text: str = ""
    id: str = ""  # the command's, as the ledger has it; empty where it is none of the engine's


class Clicks:
    """Fires commands and remembers their answers. Every method may be called from any thread.

    Args:
        changed: Called when an answer has changed.
        clock: Seconds, monotonic.
    """

    def __init__(self, changed: Callable[[], None], clock: Callable[[], float] = monotonic) -> None:
        self.last: Answer | None = None
        self._changed, self._clock = changed, clock
        self._pending: set[str] = set()
        self._fired: dict[str, float] = {}
        self._lock = Lock()

    def is_pending(self, button: str) -> bool:
        """Whether the button waits for its answer."""
        return button in self._pending

    def fire(
        self, button: str, command: str, send: "Callable[[], Future[Any]]", id: str = ""
    ) -> bool:
        """Send a command, unless this button's last one is pending or was fired just now.

        Args:
            button: Whose click it is: `pause`, or with its row `close P1`.
            command: What is asked for.
            send: Asks for it.
            id: The command's.
        """
        with self._lock:
            now = self._clock()
            if button in self._pending or self._is_double(button, now):
                return False
            self._pending.add(button)
            self._fired[_column(button)] = now
        asked = Answer(button, command, "pending", id=id)
        self._say(asked)
        try:
            sent = send()
        except Exception as exc:  # noqa: BLE001 - a refusal is shown; the panel goes on
            self._settle(asked._replace(state="refused", text=str(exc)))
            return True
        sent.add_done_callback(lambda done: self._settle(answer(asked, done)))
        return True

    def refuse(self, button: str, text: str) -> None:
        """Say why a click sends nothing; the second half of a double click has nothing to say."""
        with self._lock:
            is_said = button in self._pending or self._is_double(button, self._clock())
        if not is_said:
            self._say(Answer(button, button, "refused", text))

    def _is_double(self, button: str, now: float) -> bool:
        return now - self._fired.get(_column(button), -DOUBLE_CLICK_S) < DOUBLE_CLICK_S

    def _settle(self, found: Answer) -> None:
        with self._lock:
            self._pending.discard(found.button)
        self._say(found)

    def _say(self, found: Answer) -> None:
        self.last = found
        self._changed()


def answer(asked: Answer, done: "Future[Any]") -> Answer:
    """The answer a finished future gives: a reply that is false, or an exception, refuses."""
    if done.cancelled():
        return asked._replace(state="refused", text="cancelled")
    exc = done.exception()
    if exc is not None:
        return asked._replace(state="refused", text=str(exc))
    reply = done.result()
    is_accepted = reply is None or bool(reply)
    state = "accepted" if is_accepted else "refused"
    return asked._replace(state=state, text=getattr(reply, "text", ""))


def _column(button: str) -> str:
    """The button without its row."""
    return button.partition(" ")[0]


def new_id() -> str:
    """An id that no other click has, in this process or another."""
    return f"click-{secrets.token_hex(6)}"
