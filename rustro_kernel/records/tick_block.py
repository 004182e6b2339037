"""One block of ticks as bytes: columns of small differences, compressed.

A column compresses better than rows, and a price better as its step from the same instrument's
last one. Every block stands alone, so that a torn one costs only itself.

A block is a header and a payload. The checksum covers the payload and the header after itself.
"""

import operator
import struct
import zlib
from collections.abc import Sequence
from itertools import accumulate
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


def _columns(ticks: Sequence[Input]) -> Packed:
    names: dict[InstrumentKey, int] = {}
    last: dict[InstrumentKey, tuple[int, int, int, int]] = {}
    rows = []
    for given in ticks:
        t = given.body
        assert isinstance(t, Tick)
        ltp, ltt, volume, oi = last.get(t.instrument, _NEW)
        last[t.instrument] = (t.ltp, t.ltt, t.volume, t.oi)
        name = names.setdefault(t.instrument, len(names))
        steps = (t.ltp - ltp, t.ltt - ltt, t.volume - volume, t.oi - oi)
        book = (t.bid - t.ltp, t.ask - t.ltp, t.bid_qty, t.ask_qty)
        rows.append((name, given.ts - t.exch_ts, *steps, *book))
    numbers, times = [i.n for i in ticks], [i.ts for i in ticks]
    figures = [list(column) for column in zip(*rows, strict=True)]
    return Packed(list(names), _steps(numbers), _steps(times), figures, _depths(ticks))


def _steps(column: list[int]) -> list[int]:
    return [column[0], *map(operator.sub, column[1:], column)]


def _depths(ticks: Sequence[Input]) -> list[Depth | None]:
    depths = [i.body.depth for i in ticks if isinstance(i.body, Tick)]
    return depths if any(d is not None for d in depths) else []


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
