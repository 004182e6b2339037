"""Appending to files, in a way that survives a failed write.

`AppendFile` is the port to the disk: tests record the order of its calls. Nothing here retries or
waits; an `OSError` goes to the caller, and what was not written stays queued for the next flush.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

MOST_KEPT = 8_000_000
"""Bytes; a simulated day at full speed may ask for no sync before its end."""


class AppendFile(Protocol):
    """A file that only grows."""

    def write(self, data: bytes) -> int:
        """Append; returns how many bytes were taken, at least one."""

    def sync(self) -> None:
        """Return when everything written is on disk."""

    def back(self, count: int) -> None:
        """What is written next takes the place of the last so many bytes."""

    def close(self) -> None:
        """Give the file back."""


OpenFile = Callable[[Path], AppendFile]


class DiskFile:
    """An AppendFile on the real disk."""

    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_WRONLY | os.O_CREAT, 0o644)
        os.lseek(self._fd, 0, os.SEEK_END)  # not O_APPEND, which would let nothing go back
        sync_folder(path.parent)

    def write(self, data: bytes) -> int:
        """Append; the system may take only a part."""
        return os.write(self._fd, data)

    def sync(self) -> None:
        """Wait for the disk: data and length, not the time stamps."""
        os.fdatasync(self._fd)

    def back(self, count: int) -> None:
        """Write over the last so many bytes; the file is never shorter meanwhile."""
        os.lseek(self._fd, -count, os.SEEK_CUR)

    def close(self) -> None:
        """Close the descriptor."""
        os.close(self._fd)


class BufferedFile:
    """Queues bytes and writes them on `flush`; they are kept until a `sync` has worked.

    After a failed sync the system may have dropped what was written, and a later success would
    prove nothing (https://wiki.postgresql.org/wiki/Fsync_Errors). So all of it is written once
    more, over itself, and only a sync after that counts.
    """

    def __init__(self, file: AppendFile) -> None:
        self._file = file
        self._queue = bytearray()  # not known to be on disk
        self._written = 0  # of them, those the system has taken
        self._is_doubtful = False  # it may have dropped them since

    def add(self, data: bytes) -> None:
        """Queue bytes."""
        self._queue += data

    def flush(self) -> None:
        """Hand everything queued to the system; without a sync for long, wait for the disk too."""
        if self._is_doubtful:
            self._file.back(self._written)
            self._written, self._is_doubtful = 0, False
        while self._written < len(self._queue):
            self._written += self._file.write(bytes(memoryview(self._queue)[self._written :]))
        if self._written > MOST_KEPT:
            self.sync()

    def sync(self) -> None:
        """Wait until everything flushed is on disk."""
        if self._is_doubtful:
            self.flush()
        if not self._written:
            return
        try:
            self._file.sync()
        except OSError:
            self._is_doubtful = True
            raise
        del self._queue[: self._written]
        self._written = 0

    def close(self) -> None:
        """Flush and close."""
        try:
            self.flush()
        finally:
            self._file.close()


def sync_folder(folder: Path) -> None:
    """Make new names in a folder durable."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def write_whole(path: Path, data: bytes) -> None:
    """Replace a file so that after a crash either the old or the new one is there."""
    fresh = path.with_name(path.name + ".new")
    try:
        with fresh.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)  # on a full disk half a file would only take room
        raise
    sync_folder(path.parent)
