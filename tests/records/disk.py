"""A disk that notes every call and can be told to fail."""

import errno
from pathlib import Path

from rustro_kernel.records.files import DiskFile


class NotedDisk:
    """Opens real files; `calls` lists (file name, what) in order.

    Attributes:
        room: Bytes that can still be written; None: any number.
        broken: Syncs fail, and what was written since the last good one reads as zeros, as after
            a page of the cache was dropped.
    """

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []
        self.room: int | None = None
        self.broken = False

    def __call__(self, path: Path) -> "NotedFile":
        return NotedFile(self, path)


class NotedFile:
    def __init__(self, disk: NotedDisk, path: Path) -> None:
        self.disk, self.name, self.path = disk, path.name, path
        self.file = DiskFile(path)
        self.synced = path.stat().st_size

    def write(self, data: bytes) -> int:
        room = self.disk.room
        if room == 0:
            raise OSError(errno.ENOSPC, "no space left on device")
        part = data if room is None else data[:room]
        self.disk.calls.append((self.name, "write"))
        if room is not None:
            self.disk.room = room - len(part)
        return self.file.write(part)

    def sync(self) -> None:
        if self.disk.broken:
            self._lose_what_was_not_synced()
            raise OSError(errno.EIO, "input/output error")
        self.disk.calls.append((self.name, "sync"))
        self.file.sync()
        self.synced = self.path.stat().st_size

    def back(self, count: int) -> None:
        self.file.back(count)

    def close(self) -> None:
        self.file.close()

    def _lose_what_was_not_synced(self) -> None:
        size = self.path.stat().st_size
        with self.path.open("r+b") as file:
            file.seek(self.synced)
            file.write(bytes(size - self.synced))
