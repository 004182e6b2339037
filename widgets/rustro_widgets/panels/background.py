"""Asking a session for something that takes a while, off the notebook's loop."""

from collections.abc import Callable
from threading import Lock, Thread
from typing import Generic, TypeVar

T = TypeVar("T")


class Asked(Generic[T]):
    """One question at a time, on a thread; remembers the last answer. From any thread.

    Args:
        ask: Gives the answer; may wait.
        changed: Called when there is an answer, on that thread.
    """

    def __init__(self, ask: Callable[[], T], changed: Callable[[object], object]) -> None:
        self._ask, self._changed = ask, changed
        self._lock = Lock()
        self.is_waiting = False
        self.answer: T | None = None
        self.problem = ""

    def ask(self) -> bool:
        """Ask anew; false while a question waits for its answer."""
        with self._lock:
            if self.is_waiting:
                return False
            self.is_waiting = True
        Thread(target=self._wait, name="rustro-asked", daemon=True).start()
        return True

    def _wait(self) -> None:
        try:
            self.answer, self.problem = self._ask(), ""
        except Exception as exc:  # noqa: BLE001 - shown in words; the panel goes on
            self.problem = str(exc) or type(exc).__name__
        self.is_waiting = False
        self._changed(None)
