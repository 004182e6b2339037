"""One session per account and state folder, whatever process it runs in.

An flock is held by the kernel: a killed process loses it at once, and there is nothing stale to
clean up. The file names its holder for the one who is refused. Forked children close their copy,
which would otherwise keep the lock alive.
"""

import fcntl
import os
import time
from functools import cache
from pathlib import Path

import msgspec

from rustro_kernel.domain.errors import AlreadyRunning, BadConfig


class Holder(msgspec.Struct, frozen=True):
    """Who holds a lock."""

    pid: int
    session_id: str
    since: str  # UTC

    def __str__(self) -> str:
        return f"session {self.session_id} (process {self.pid}, since {self.since})"


class SessionLock:
    """Held from construction to `release`.

    Args:
        folder: The state folder; made if missing.
        account: The account traded.
        session_id: Named to whoever is refused.

    Raises:
        AlreadyRunning: If another session holds it.
        BadConfig: If the folder cannot be made or written.
    """

    def __init__(self, folder: Path, account: str, session_id: str) -> None:
        self.path = folder / f"{account}.lock"
        self._fd = _opened(self.path)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            refused = AlreadyRunning(f"account {account} in {folder}", _holder(self._fd))
            os.close(self._fd)
            raise refused from exc
        _write(self._fd, Holder(os.getpid(), session_id, _utc_now()))
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


_held: set[SessionLock] = set()


@cache
def _watch_forks() -> None:
    os.register_at_fork(after_in_child=_close_all_in_child)


def _close_all_in_child() -> None:
    for lock in _held:
        lock.close_in_child()
    _held.clear()


def _opened(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as exc:
        raise BadConfig("state.dir", f"{path.parent} cannot be used: {exc.strerror}") from exc


def _utc_now() -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime()) + " UTC"


def _write(fd: int, holder: Holder) -> None:
    os.ftruncate(fd, 0)
    os.pwrite(fd, msgspec.json.encode(holder), 0)


def _holder(fd: int) -> str:
    """The holder in words; it may not have written its name yet."""
    try:
        return str(msgspec.json.decode(os.pread(fd, 4096, 0), type=Holder))
    except msgspec.DecodeError:
        return "another session"
