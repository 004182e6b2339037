"""Reading the log of one day, also while another process writes it."""

import os
from pathlib import Path
from typing import BinaryIO

import numpy as np

from rustro_kernel.records.bars.block import HEADER, ROW, Block, Rot, Rows, scan
from rustro_kernel.records.bars.columns import NAMES, Columns

Series = tuple[str, int]
"""Instrument and number of the timeframe in `block.FRAMES`."""


class DayView:
    """The whole blocks of a log; `refresh` reads only what is new.

    Attributes:
        rot: Where bytes in the middle are no block. A torn end is none of them: it may be a block
            that is being written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._forget()

    def _forget(self) -> None:
        self.size, self._is = 0, (0, b"")
        self._ids: dict[str, int] = {}
        self._parts: list[Rows] = []
        self.rot: list[Rot] = []

    def refresh(self) -> bool:
        """Read on; false if there is no such file."""
        try:
            with self._path.open("rb") as file:
                self._read_on(file)
        except FileNotFoundError:
            self._forget()
            return False
        return True

    def series(self) -> set[Series]:
        """What is in it."""
        rows, names = self._rows(), list(self._ids)
        pairs = np.unique(rows[["name", "frame"]]).tolist()
        return {(names[name], frame) for name, frame in pairs}

    def columns(self, key: str, frame: int) -> Columns:
        """Every version of one series, in the order of writing."""
        rows = self._rows()
        mine = rows[(rows["name"] == self._ids.get(key, -1)) & (rows["frame"] == frame)]
        return Columns(*(mine[name].astype(np.int64) for name in NAMES))

    def _rows(self) -> Rows:
        if len(self._parts) != 1:
            self._parts = [np.concatenate([np.empty(0, ROW), *self._parts])]
        return self._parts[0]

    def _read_on(self, file: BinaryIO) -> None:
        """From the end of the last whole block; from the start in another file."""
        now = os.fstat(file.fileno()).st_ino, file.read(HEADER)  # inodes are used again
        if self._is[0] != now[0] or not now[1].startswith(self._is[1]):
            self._forget()
        self._is = now
        file.seek(self.size)
        self._take(file.read())

    def _take(self, data: bytes) -> None:
        start, end = self.size, 0
        for found in scan(data):
            if isinstance(found, Block):
                self._add(found)
                end = found.end
            elif found.end < len(data):
                self.rot.append(Rot(start + found.start, start + found.end))
        self.size = start + end

    def _add(self, block: Block) -> None:
        ids = [self._ids.setdefault(name, len(self._ids)) for name in block.names]
        rows = block.rows.copy()
        rows["name"] = np.array(ids, np.uint16)[rows["name"]]
        self._parts.append(rows)
