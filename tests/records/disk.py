"""A disk that notes every call and can be told to fail."""

import errno
from pathlib import Path

from rustro_kernel.records.files import DiskFile


class NotedDisk:
    """Opens real files; `calls` lists (file name, what) in order.

    Attributes:
        room: Bytes that can still be written; None: any number.
        broken: Syncs fail.
    """

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []
        self.room: int | None = None
        self.broken = False

    def __call__(self, path: Path) -> "NotedFile":
        return NotedFile(self, path)


class NotedFile:
    def __init__(self, disk: NotedDisk, path: Path) -> None:
        self.disk, self.name, self.file = disk, path.name, DiskFile(path)

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
            raise OSError(errno.EIO, "input/output error")
        self.disk.calls.append((self.name, "sync"))
        self.file.sync()

    def close(self) -> None:
        self.file.close()
