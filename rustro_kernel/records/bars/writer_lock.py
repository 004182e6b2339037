"""One writer a store. The lock is the kernel's: a killed writer loses it at once."""

import fcntl
import os
from functools import cache
from pathlib import Path

from rustro_kernel.domain.errors import AlreadyRunning
from rustro_kernel.records.bars import places


class WriterLock:
    """Held from construction to `release`.

    Raises:
        AlreadyRunning: If another store object, here or in another process, has it.
    """

    def __init__(self, folder: Path) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        self._fd = os.open(folder / places.LOCK, flags, 0o600)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            holder = os.pread(self._fd, 100, 0).decode(errors="replace")
            os.close(self._fd)
            raise AlreadyRunning(f"the bar store {folder}", holder or "another process") from exc
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, f"process {os.getpid()}".encode(), 0)
        _watch_forks()
        _held.add(self)

    def release(self) -> None:
        """Give it up; a second call does nothing."""
        if self in _held:
            _held.discard(self)
            fcntl.flock(self._fd, fcntl.LOCK_UN)  # also where a forked child has a copy
            os.close(self._fd)

    def close_in_child(self) -> None:
        """Close a forked copy; the parent keeps the lock."""
        os.close(self._fd)


_held: set[WriterLock] = set()


@cache
def _watch_forks() -> None:
    os.register_at_fork(after_in_child=_close_all_in_child)


def _close_all_in_child() -> None:
    for lock in _held:
        lock.close_in_child()
    _held.clear()
