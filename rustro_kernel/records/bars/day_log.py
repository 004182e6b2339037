"""The append log of one day, as its writer sees it."""

import zlib
from pathlib import Path

import msgspec

from rustro_kernel.records.bars import places
from rustro_kernel.records.bars.block import ROWS, Rot, Row, pack, scan
from rustro_kernel.records.files import BufferedFile, OpenFile, write_whole


class Damage(msgspec.Struct, frozen=True):
    """Bytes that were no whole record: taken out of `file`, kept in `kept_as`."""

    file: str
    start: int
    size: int
    kept_as: str


class DayLog:
    """Takes rows, and writes them on `flush`; opens its file when there is something to write.

    After an error of the disk everything stays queued, and the next flush goes on with it.

    Attributes:
        waiting: Rows that the system does not have yet.
        damage: What opening the file had to take out.
    """

    def __init__(self, path: Path, open_file: OpenFile) -> None:
        self._path, self._open_file = path, open_file
        self._file: BufferedFile | None = None
        self._packed = 0
        self.waiting: list[Row] = []
        self.damage: list[Damage] = []

    def add(self, row: Row) -> None:
        """Queue a row."""
        self.waiting.append(row)

    def flush(self) -> None:
        """Hand everything queued to the system."""
        if not self.waiting:
            return
        file = self._opened()
        while self._packed < len(self.waiting):
            rows = self.waiting[self._packed : self._packed + ROWS]
            file.add(pack(rows))
            self._packed += len(rows)
        file.flush()
        self.waiting.clear()
        self._packed = 0

    def sync(self) -> None:
        """Flush, and wait for the disk."""
        self.flush()
        if self._file is not None:
            self._file.sync()

    def close(self) -> None:
        """Give the file back; what was not flushed is lost."""
        if self._file is not None:
            self._file.close()

    def _opened(self) -> BufferedFile:
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self.damage += mended(self._path)
            self._file = BufferedFile(self._open_file(self._path))
        return self._file


def mended(path: Path) -> list[Damage]:
    """Take out of a log what is no whole block, and keep it aside.

    Dying in the middle and running it again ends the same.
    """
    data = path.read_bytes() if path.exists() else b""
    whole, damage, at = [], [], 0
    for found in scan(data):
        if isinstance(found, Rot):
            damage.append(_kept_aside(path, found.start, data[found.start : found.end]))
        else:
            whole.append(data[at : found.end])
        at = found.end
    if damage:
        write_whole(path, b"".join(whole))
    return damage


def _kept_aside(path: Path, start: int, lost: bytes) -> Damage:
    """Store the bytes under a name that says where they were."""
    place = path.parent.parent / places.QUARANTINE
    place.mkdir(exist_ok=True)
    kept = place / f"{path.name}.from-{start}.{zlib.crc32(lost):08x}"
    write_whole(kept, lost)
    return Damage(path.name, start, len(lost), kept.name)
