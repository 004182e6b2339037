"""One thread that plays the last wish: what was wished for in between is never played."""

from collections.abc import Callable
from threading import Condition, Thread
from typing import Generic, NamedTuple, TypeVar

from rustro_kernel.domain.errors import RustroError

W = TypeVar("W")
R = TypeVar("R")


class Found(NamedTuple, Generic[W, R]):
    """What came of a wish: a result, or a problem in one sentence."""

    wish: W
    result: R | None
    problem: str = ""


class Latest(Generic[W, R]):
    """Plays wishes off the notebook's loop; a newer one takes the place of one that waits.

    Args:
        play: Called on the thread with a wish and with what says whether a newer one waits.
        tell: Called on the thread when `found` has changed.
    """

    def __init__(
        self, play: Callable[[W, Callable[[], bool]], R], tell: Callable[[], None]
    ) -> None:
        self.found: Found[W, R] | None = None
        self._play, self._tell = play, tell
        self._changed = Condition()
        self._wish: W | None = None
        self._is_playing = self._is_over = False
        self._thread: Thread | None = None

    @property
    def is_busy(self) -> bool:
        """Whether something is played or waits for it."""
        return self._is_playing or self._wish is not None

    def want(self, wish: W) -> None:
        """Play this next, instead of what waits. From any thread."""
        with self._changed:
            self._wish = wish
            if self._thread is None and not self._is_over:
                self._thread = Thread(target=self._run, name="rustro tuner", daemon=True)
                self._thread.start()
            self._changed.notify()

    def close(self) -> None:
        """End the thread after what it plays; nothing is told any more."""
        with self._changed:
            self._is_over, self._wish = True, None
            self._changed.notify()

    def _run(self) -> None:
        while (wish := self._next()) is not None:
            found = self._played(wish)
            with self._changed:
                self._is_playing = False
                if self._is_over or self._is_stale():
                    continue  # a newer one is told instead
                self.found = found
            self._tell()

    def _next(self) -> W | None:
        with self._changed:
            self._changed.wait_for(lambda: self._is_over or self._wish is not None)
            wish, self._wish = self._wish, None
            self._is_playing = wish is not None
            return wish

    def _played(self, wish: W) -> Found[W, R]:
        try:
            return Found(wish, self._play(wish, self._is_stale))
        except RustroError as exc:
            return Found(wish, None, str(exc))
        except Exception as exc:  # noqa: BLE001 - the thread goes on; the panel says what it was
            return Found(wish, None, f"{type(exc).__name__}: {exc}")

    def _is_stale(self) -> bool:
        return self._is_over or self._wish is not None
