"""The append log's format: blocks of fixed-size rows under one checksum each.

A block stands alone: it names its instruments, so that a torn or rotten one costs only itself.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from rustro_kernel.domain.bars import Timeframe

MAGIC = b"RBR1"
FRAMES = tuple(Timeframe)
ROWS = 4096
"""Rows in a full block."""

_CONTENT = struct.Struct("<B6q")
_SERIES = struct.Struct("<HB")
_HEAD = struct.Struct("<4sI")  # magic, crc32
_CHECKED = struct.Struct("<III")  # length of all, length of the names, rows
HEADER = _HEAD.size + _CHECKED.size
_FIGURES = ("start_ns", "open_paise", "high_paise", "low_paise", "close_paise", "volume")
_LAYOUT = [("flags", "u1"), *((name, "<i8") for name in _FIGURES)]
CONTENT = np.dtype(_LAYOUT)
ROW = np.dtype([("name", "<u2"), ("frame", "u1"), *_LAYOUT])
Rows = NDArray[np.void]


class Row(NamedTuple):
    """One version of a bar: of what, and its packed content."""

    key: str
    frame: int
    content: bytes


class Block(NamedTuple):
    """A block that checks; a row's name is its place in `names`."""

    names: list[str]
    rows: Rows
    end: int


class Rot(NamedTuple):
    """Bytes that are no block."""

    start: int
    end: int


content = _CONTENT.pack
"""Packs flags, start, open, high, low, close, volume."""


def pack(rows: Sequence[Row]) -> bytes:
    """A block of at least one row."""
    names: dict[str, int] = {}
    body = b"".join(
        _SERIES.pack(names.setdefault(key, len(names)), frame) + packed
        for key, frame, packed in rows
    )
    head = msgspec.msgpack.encode(list(names))
    payload = head + body
    checked = _CHECKED.pack(len(payload), len(head), len(rows))
    return _HEAD.pack(MAGIC, zlib.crc32(payload, zlib.crc32(checked))) + checked + payload


def scan(data: bytes) -> Iterator[Block | Rot]:
    """The blocks in some bytes and what lies between and behind them, in order."""
    at = 0
    while at < len(data):
        found = _block(data, at)
        if found is None:
            after = _next_block(data, at + 1)
            yield Rot(at, after)
            at = after
        else:
            yield found
            at = found.end


def _next_block(data: bytes, at: int) -> int:
    """Where the next block that checks begins; the end if there is none."""
    while (at := data.find(MAGIC, at)) >= 0:
        if _block(data, at) is not None:
            return at
        at += 1
    return len(data)


def _block(data: bytes, at: int) -> Block | None:
    """The block that begins there."""
    body = at + HEADER
    if len(data) < body or data[at : at + 4] != MAGIC:
        return None
    length, names, count = _CHECKED.unpack_from(data, at + _HEAD.size)
    end = body + length
    if len(data) < end:
        return None
    crc = zlib.crc32(memoryview(data)[at + _HEAD.size : end])
    if crc != _HEAD.unpack_from(data, at)[1]:
        return None
    head = msgspec.msgpack.decode(data[body : body + names], type=list[str])
    return Block(head, np.frombuffer(data, ROW, count, body + names), end)
