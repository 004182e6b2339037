"""Asks a session in another process what people want to know now and then.

On the caller's thread, for a bounded time, and on a connection of its own; a session that does not
answer is not asked again before it does: what it said last is given then.
"""

from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread
from time import monotonic
from typing import TypeVar, cast

from rustro_kernel.control.client import Client
from rustro_kernel.domain.bars import Bar
from rustro_kernel.domain.errors import RustroError
from rustro_kernel.engine.asked import Chain, Preview, Setting

T = TypeVar("T")
ANSWER_S = 0.5
"""So long a cell may be held up for a table."""
PREVIEW_S = 120.0
FRESH_S = 0.5
"""An answer that is younger is given again."""


class Asking:
    """The last answers, and the way to newer ones. From any thread.

    Args:
        path: The session's socket.
        is_there: Whether the session answers at present.
    """

    def __init__(self, path: Path, is_there: Callable[[], bool]) -> None:
        self._path, self._is_there = path, is_there
        self._client = Client(path, ANSWER_S)
        self._lock = Lock()
        self._last: dict[object, tuple[float, object]] = {}

    def chain(self, name: str) -> Chain:
        """The option chain."""
        return self._newest(("chain", name), lambda: self._client.chain(name), Chain(name))

    def earlier_bars(self, name: str, timeframe: str) -> tuple[Bar, ...]:
        """The bars before today."""
        key = ("bars", name, timeframe)
        return self._newest(key, lambda: self._client.earlier_bars(name, timeframe), ())

    def settings(self) -> tuple[Setting, ...]:
        """What may be changed now."""
        return self._newest("settings", self._client.settings, ())

    def preview(self, key: str, value: str) -> "Future[Preview]":
        """What a setting would have done to the day so far."""
        promised: Future[Preview] = Future()
        arguments = (self._path, key, value, promised)
        Thread(target=_preview, args=arguments, name="rustro-preview", daemon=True).start()
        return promised

    def close(self) -> None:
        """Ask no more."""
        with self._lock:
            self._client.close()

    def _newest(self, key: object, ask: Callable[[], T], otherwise: T) -> T:
        with self._lock:
            asked_s, last = self._last.get(key, (-FRESH_S, otherwise))
            if monotonic() - asked_s > FRESH_S and self._is_there():
                with suppress(RustroError):  # it has ended, or is busy
                    last = ask()
                self._last[key] = monotonic(), last
            return cast("T", last)


def _preview(path: Path, key: str, value: str, promised: "Future[Preview]") -> None:
    try:
        with Client(path, PREVIEW_S) as client:
            found = client.preview(key, value)
    except RustroError as exc:
        found = Preview(key, value, str(exc), str(exc))
    with suppress(InvalidStateError):  # who waited has gone
        promised.set_result(found)
