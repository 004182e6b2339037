"""Frames of the market stream, built from facts/smartapi.md 7.4 and nothing of ours."""

import struct
from binascii import crc32

TS = 1_790_224_200_000  # ms: 24 Sep 2026 10:00:00 IST
NOW = (TS + 400) * 1_000_000
KEY = "NFO:58662"


def header(mode, exchange, token, sequence, ts, ltp):
    return struct.pack("<BB25sqqq", mode, exchange, token.encode(), sequence, ts, ltp)


def ltp_frame(exchange=1, token="3045", sequence=7, ts=TS, ltp=97_850):
    return header(1, exchange, token, sequence, ts, ltp)


def quote_tail(
    last=75, average=12_290, volume=1_500_000, buy=250_000.0, sell=310_500.0,
    ohlc=(11_900, 13_000, 11_500, 12_000),
):  # fmt: skip
    return struct.pack("<qqqddqqqq", last, average, volume, buy, sell, *ohlc)


def quote_frame(exchange=2, token="58662", sequence=8, ts=TS, ltp=12_345, **tail):
    return header(2, exchange, token, sequence, ts, ltp) + quote_tail(**tail)


def levels(buys=None, sells=None):
    """(flag, quantity, price, orders) of the test vector, or those given."""
    buys = buys or [(1, 75 * (i + 1), 12_340 - 5 * i, i + 1) for i in range(5)]
    sells = sells or [(0, 150 * (i + 1), 12_350 + 5 * i, i + 2) for i in range(5)]
    return buys + sells


def snap_frame(
    exchange=2, token="58662", sequence=9, ts=TS, ltp=12_345, *, ltt=None, oi=3_118_800, change=0.0,
    book=None, limits=(24_000, 5, 30_000, 0), **tail,
):  # fmt: skip
    trade = struct.pack("<qqd", ts // 1000 if ltt is None else ltt, oi, change)
    lines = b"".join(struct.pack("<hqqh", *line) for line in book or levels())
    return (
        header(3, exchange, token, sequence, ts, ltp)
        + quote_tail(**tail)
        + trade
        + lines
        + struct.pack("<qqqq", *limits)
    )


def index_frame(token="99926000", ltp=2_500_000, **fields):
    """As facts 7.5: no volume, no open interest, a book of -1 with flags of -1."""
    empty = {"last": 0, "average": 0, "volume": 0, "buy": 0.0, "sell": 0.0}
    sides = [(-1, -1, -1, -1)] * 10
    return snap_frame(
        1, token, ltp=ltp, oi=0, ltt=0, book=sides, limits=(0, 0, 0, 0), **empty, **fields
    )


def depth20_frame():
    buys = b"".join(struct.pack("<iih", 100 + i, 97_850 - 5 * i, i + 1) for i in range(20))
    sells = b"".join(struct.pack("<iih", 200 + i, 97_855 + 5 * i, i + 1) for i in range(20))
    return struct.pack("<BB25sqq", 4, 1, b"3045", TS, TS + 7) + buys + sells


def crc(frame):
    return f"{crc32(frame):08x}"
