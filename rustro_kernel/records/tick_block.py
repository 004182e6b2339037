"""One block of ticks as bytes: columns of small differences, compressed.

A column compresses better than rows, and a price better as its step from the same instrument's
last one. Every block stands alone, so that a torn one costs only itself.

A block is a header and a payload. The checksum covers the payload and the header after itself.
"""

import struct
import zlib
from collections.abc import Sequence
from itertools import accumulate
from operator import sub
from typing import NamedTuple

import msgspec

from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.ticks import Depth, Tick
from rustro_kernel.engine.inputs import Input

MAGIC = b"RTK1"
_CHECKED = struct.Struct("<IQQI")  # payload length, first n, last n, count
_HEAD = struct.Struct("<4sI")  # magic, crc32
HEADER = _HEAD.size + _CHECKED.size


class BlockHead(NamedTuple):
    """What a header says of its block."""

    crc: int
    length: int
    first: int
    last: int
    ticks: int


class Packed(msgspec.Struct, array_like=True):
    """The rows of a block, column by column."""

    names: list[InstrumentKey]
    n_step: list[int]  # from the row before
    ts_step: list[int]  # from the row before
    figures: list[list[int]]  # index into names, ts - exch_ts; the steps of ltp, ltt, volume
    # and oi from the same instrument's row before; bid and ask less ltp, bid_qty, ask_qty
    depth: list[Depth | None]  # empty if no row has one


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Packed)
_NEW = (0, 0, 0, 0)


def pack(ticks: Sequence[Input]) -> bytes:
    """A whole block of at least one numbered tick."""
    payload = zlib.compress(_encoder.encode(_columns(ticks)), 1)
    checked = _CHECKED.pack(len(payload), ticks[0].n, ticks[-1].n, len(ticks))
    return _HEAD.pack(MAGIC, _crc(checked, payload)) + checked + payload


def parse_head(data: bytes) -> BlockHead | None:
    """The header at the start of `data`; None if it is none."""
    if len(data) < HEADER or data[:4] != MAGIC:
        return None
    return BlockHead(_HEAD.unpack_from(data)[1], *_CHECKED.unpack_from(data, _HEAD.size))


def unpack(head: BlockHead, payload: bytes) -> list[Input]:
    """The ticks of a block.

    Raises:
        ValueError: If the checksum does not match.
    """
    return _rows(checked(head, payload))


def checked(head: BlockHead, payload: bytes) -> Packed:
    """The columns of a block, as they are stored.

    Raises:
        ValueError: If the checksum does not match.
    """
    fields = _CHECKED.pack(head.length, head.first, head.last, head.ticks)
    if len(payload) != head.length or _crc(fields, payload) != head.crc:
        raise ValueError("the checksum does not match")
    return _decoder.decode(zlib.decompress(payload))


def _crc(checked: bytes, payload: bytes) -> int:
    return zlib.crc32(payload, zlib.crc32(checked))


def _columns(given: Sequence[Input]) -> Packed:
    """Column by column, which is much faster than row by row."""
    ticks = [each.body for each in given if isinstance(each.body, Tick)]
    keys, ltp = [t.instrument for t in ticks], [t.ltp for t in ticks]
    numbers, times = [each.n for each in given], [each.ts for each in given]
    names = {key: at for at, key in enumerate(dict.fromkeys(keys))}
    before = _before(keys)
    figures = [
        [names[key] for key in keys],
        [ts - t.exch_ts for ts, t in zip(times, ticks, strict=True)],
        _steps_from(before, ltp),
        _steps_from(before, [t.ltt for t in ticks]),
        _steps_from(before, [t.volume for t in ticks]),
        _steps_from(before, [t.oi for t in ticks]),
        [t.bid - t.ltp for t in ticks],
        [t.ask - t.ltp for t in ticks],
        [t.bid_qty for t in ticks],
        [t.ask_qty for t in ticks],
    ]
    depths = [t.depth for t in ticks]
    has_depth = any(depth is not None for depth in depths)
    return Packed(list(names), _steps(numbers), _steps(times), figures, depths if has_depth else [])


def _before(keys: Sequence[InstrumentKey]) -> list[int]:
    """Where the same instrument's row before stands, -1 for its first."""
    last: dict[InstrumentKey, int] = {}
    before = []
    for at, key in enumerate(keys):
        before.append(last.get(key, -1))
        last[key] = at
    return before


def _steps_from(before: Sequence[int], column: Sequence[int]) -> list[int]:
    """Each figure less the one of the row before; an instrument's first less 0."""
    padded = (*column, 0)  # -1 is the last
    return list(map(sub, column, map(padded.__getitem__, before)))


def _steps(column: list[int]) -> list[int]:
    return [column[0], *map(sub, column[1:], column)]


def _rows(c: Packed) -> list[Input]:
    last = [_NEW] * len(c.names)
    out = []
    head = zip(accumulate(c.n_step), accumulate(c.ts_step), strict=True)
    rows = zip(*c.figures, c.depth or [None] * len(c.n_step), strict=True)
    for (n, ts), row in zip(head, rows, strict=True):
        name, age, dp, dt, dv, do, bid, ask, bid_qty, ask_qty, depth = row
        ltp, ltt, volume, oi = last[name]
        ltp, ltt, volume, oi = last[name] = (ltp + dp, ltt + dt, volume + dv, oi + do)
        quote = (bid + ltp, ask + ltp, bid_qty, ask_qty, depth)
        out.append(Input(n, ts, Tick(c.names[name], ts - age, ltp, ltt, volume, oi, *quote)))
    return out
