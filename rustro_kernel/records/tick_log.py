"""ticks/ticks.bin: every tick with its input number, in blocks that survive a crash."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from rustro_kernel.domain.errors import DamagedRecord
from rustro_kernel.engine.inputs import Input
from rustro_kernel.records import layout
from rustro_kernel.records.files import AppendFile, BufferedFile
from rustro_kernel.records.tick_block import (
    HEADER,
    BlockHead,
    Packed,
    checked,
    pack,
    parse_head,
    unpack,
)

T = TypeVar("T")
BLOCK = 4096
"""Ticks in a full block; larger ones hardly pack better."""


class TickLog:
    """Collects ticks into blocks; a block is complete when it is full or on `flush`.

    Attributes:
        is_due: A complete block is not written yet: there is nothing to wait for.
    """

    def __init__(self, file: AppendFile) -> None:
        self._file = BufferedFile(file)
        self._open: list[Input] = []
        self.is_due = False

    def append(self, given: Input) -> None:
        """Take a numbered tick."""
        self._open.append(given)
        if len(self._open) >= BLOCK:
            self._complete()

    def extend(self, given: Sequence[Input]) -> None:
        """Take numbered ticks."""
        self._open += given
        while len(self._open) >= BLOCK:
            self._add(self._open[:BLOCK])
            del self._open[:BLOCK]

    @property
    def has_open(self) -> bool:
        """Ticks wait in a block that is not full."""
        return bool(self._open)

    def flush(self) -> None:
        """Complete the open block and write."""
        self._complete()
        self._file.flush()
        self.is_due = False

    def sync(self) -> None:
        """Wait until what was flushed is on disk."""
        self._file.sync()

    def close(self) -> None:
        """Flush and close."""
        self._complete()
        self._file.close()

    def _complete(self) -> None:
        if self._open:
            self._add(self._open)
            self._open = []

    def _add(self, block: Sequence[Input]) -> None:
        self._file.add(pack(block))
        self.is_due = True


class Block(NamedTuple):
    """A stored block and where it stands in the file."""

    start: int
    end: int
    ticks: list[Input]


class Stored(NamedTuple):
    """A stored block as it is, not unpacked."""

    number: int
    start: int
    end: int
    head: BlockHead
    payload: bytes


def read_blocks(folder: Path) -> Iterator[Block]:
    """The blocks of a run, in order; none if no tick was recorded.

    Raises:
        DamagedRecord: At the first block that is torn or does not check.
    """
    for stored in _stored(folder):
        yield Block(stored.start, stored.end, _read(unpack, stored))


def read_packed(folder: Path) -> Iterator[Packed]:
    """The same, each as the columns it is stored in."""
    for stored in _stored(folder):
        yield _read(checked, stored)


def read_ticks(folder: Path) -> Iterator[Input]:
    """The numbered ticks of a run, in order."""
    for block in read_blocks(folder):
        yield from block.ticks


def _stored(folder: Path) -> Iterator[Stored]:
    path = folder / layout.TICKS
    if not path.exists():
        return
    with path.open("rb") as file:
        number, start = 1, 0
        while header := file.read(HEADER):
            head = parse_head(header)
            payload = file.read(head.length) if head else b""
            if head is None or len(payload) < head.length:
                problem = "the block is torn or has no header"
                raise DamagedRecord(layout.TICKS, number, problem)
            end = start + HEADER + head.length
            yield Stored(number, start, end, head, payload)
            number, start = number + 1, end


def _read(how: Callable[[BlockHead, bytes], T], stored: Stored) -> T:
    try:
        return how(stored.head, stored.payload)
    except ValueError as exc:
        raise DamagedRecord(layout.TICKS, stored.number, str(exc)) from exc
