"""Appending to files, in a way that survives a failed write.

`AppendFile` is the port to the disk: tests record the order of its calls. Nothing here retries or
waits; an `OSError` goes to the caller, and what was not written stays queued for the next flush.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol


class AppendFile(Protocol):
    """A file that only grows."""

    def write(self, data: bytes) -> int:
        """Append; returns how many bytes were taken, at least one."""

    def sync(self) -> None:
        """Return when everything written is on disk."""

    def close(self) -> None:
        """Give the file back."""


OpenFile = Callable[[Path], AppendFile]


class DiskFile:
    """An AppendFile on the real disk."""

    def __init__(self, path: Path) -> None:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        self._fd = os.open(path, flags, 0o644)
        sync_folder(path.parent)

    def write(self, data: bytes) -> int:
        """Append; the system may take only a part."""
        return os.write(self._fd, data)

    def sync(self) -> None:
        """Wait for the disk: data and length, not the time stamps."""
        os.fdatasync(self._fd)

    def close(self) -> None:
        """Close the descriptor."""
        os.close(self._fd)


class BufferedFile:
    """Queues bytes and writes them on `flush`; after an error the rest stays queued.

    A failed sync is final: the system may have dropped the pages, so a later success would prove
    nothing. It is raised again on every further `sync`.
    """

    def __init__(self, file: AppendFile) -> None:
        self._file = file
        self._queue = bytearray()
        self._is_dirty = False
        self._failure: OSError | None = None

    def add(self, data: bytes) -> None:
        """Queue bytes."""
        self._queue += data

    def flush(self) -> None:
        """Hand everything queued to the system."""
        while self._queue:
            self._is_dirty = True
            taken = self._file.write(bytes(self._queue))
            del self._queue[:taken]

    def sync(self) -> None:
        """Wait until everything flushed is on disk."""
        if self._failure is not None:
            raise self._failure
        if not self._is_dirty:
            return
        try:
            self._file.sync()
        except OSError as exc:
            self._failure = exc
            raise
        self._is_dirty = False

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
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_folder(path.parent)
