"""A file that one holder locks, whatever process it runs in.

An flock is held by the kernel: a killed process loses it at once, and there is nothing stale to
clean up. The file names its holder for the one who is refused. Forked children close their copy,
which would otherwise keep the lock alive.
"""

import fcntl
import os
from functools import cache
from pathlib import Path
from threading import Event

from rustro_kernel.domain.errors import AlreadyRunning

LOOKS, LOOK_S = 5, 0.01
"""Whoever asks for the `holder` has the lock for an instant: no reason to be refused."""


class FileLock:
    """Held from construction to `release`.

    Args:
        path: The file; made if missing.
        what: What it guards, named to whoever is refused.
        holder: Who holds it from now on, named to the same.

    Raises:
        AlreadyRunning: If it is held, here or in another process.
        OSError: If the file cannot be made or locked.
    """

    def __init__(self, path: Path, what: str, holder: str) -> None:
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            self._take(what, holder)
        except BaseException:
            os.close(self._fd)
            raise
        _watch_forks()
        _held.add(self)

    def release(self) -> None:
        """Give it up; a second call does nothing."""
        if self in _held:
            _held.discard(self)
            os.ftruncate(self._fd, 0)
            fcntl.flock(self._fd, fcntl.LOCK_UN)  # also where a child still has a copy
            os.close(self._fd)

    def close_in_child(self) -> None:
        """Close a forked copy without giving up the parent's lock."""
        os.close(self._fd)

    def _take(self, what: str, holder: str) -> None:
        looks = (self._is_taken() or Event().wait(LOOK_S) for _ in range(LOOKS))
        if not any(looks):
            other = os.pread(self._fd, 4096, 0).decode(errors="replace")
            # It may not have written its name yet.
            raise AlreadyRunning(what, other or "another process")
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, holder.encode(), 0)

    def _is_taken(self) -> bool:
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def holder(path: Path) -> str | None:
    """Who holds the lock of a file, as it named itself; None if nobody does."""
    try:
        with path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return file.read(4096).decode(errors="replace").strip() or "another process"
    except OSError:
        return None
    return None


_held: set[FileLock] = set()


@cache
def _watch_forks() -> None:
    os.register_at_fork(after_in_child=_close_all_in_child)


def _close_all_in_child() -> None:
    for lock in _held:
        lock.close_in_child()
    _held.clear()
