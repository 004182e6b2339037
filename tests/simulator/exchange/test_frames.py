"""Packets are the broker's to the byte, and the broker's own client reads them back."""

import struct
from zlib import crc32

from hypothesis import given, strategies as st

from rustro_kernel.simulator.exchange.frames import (
    depth_packet,
    ltp_packet,
    quote_packet,
    snap_packet,
)
from rustro_kernel.simulator.exchange.quote import Quote, Row

TS_MS = 1_790_224_200_000  # 24 Sep 2026 10:00:00 IST
BIDS = tuple(Row(12_340 - 5 * i, 75 * (i + 1), i + 1) for i in range(5))
ASKS = tuple(Row(12_350 + 5 * i, 150 * (i + 1), i + 2) for i in range(5))


def option(sequence, **fields):
    day = {"open": 11_900, "high": 13_000, "low": 11_500, "close": 12_000}
    traded = {"ltq": 75, "atp": 12_290, "volume": 1_500_000}
    totals = {"total_buy": 250_000.0, "total_sell": 310_500.0}
    return Quote(
        exchange_type=2,
        token="58662",
        sequence=sequence,
        exch_ms=TS_MS,
        ltp=12_345,
        **{**day, **traded, **totals, **fields},
    )


def test_the_ltp_vector():
    quote = Quote(exchange_type=1, token="3045", sequence=7, exch_ms=TS_MS, ltp=97_850)
    assert ltp_packet(quote).hex() == (
        "010133303435" + "00" * 21 + "0700000000000000" + "4071add1a0010000" + "3a7e010000000000"
    )


def test_the_quote_vector():
    assert quote_packet(option(8)).hex() == (
        "02023538363632" + "00" * 20 + "08000000000000004071add1a0010000"
        "39300000000000004b000000000000000230000000000000"
        "60e31600000000000000000080840e410000000090f31241"
        "7c2e000000000000c832000000000000ec2c000000000000e02e000000000000"
    )


def test_the_snap_vector():
    quote = option(
        9, ltt_s=TS_MS // 1000, oi=3_118_800, bids=BIDS, asks=ASKS,
        upper=24_000, lower=5, year_high=30_000,
    )  # fmt: skip
    packet = snap_packet(quote)
    assert (len(packet), f"{crc32(packet):08x}") == (379, "eb3a2ca9")
    assert packet[123:147].hex() == "48a7b46a00000000d0962f00000000000000000000000000"
    assert packet[147:167].hex() == "01004b0000000000000034300000000000000100"


def test_the_depth_vector():
    bids = tuple(Row(97_850 - 5 * i, 100 + i, i + 1) for i in range(20))
    asks = tuple(Row(97_855 + 5 * i, 200 + i, i + 1) for i in range(20))
    quote = Quote(
        exchange_type=1, token="3045", sequence=0, exch_ms=TS_MS, ltp=0, bids=bids, asks=asks
    )
    packet = depth_packet(quote, TS_MS + 7)
    assert (len(packet), f"{crc32(packet):08x}") == (443, "78f3302d")


def test_an_index_shows_minus_one_in_every_level():
    packet = snap_packet(Quote(exchange_type=1, token="99926000", sequence=1, exch_ms=TS_MS, ltp=1))
    levels = list(struct.iter_unpack("<hqqh", packet[147:347]))
    assert levels == [(-1, -1, -1, -1)] * 10


def test_a_short_book_is_filled_with_zeros():
    packet = snap_packet(option(1, bids=BIDS[:1], asks=()))
    levels = list(struct.iter_unpack("<hqqh", packet[147:347]))
    assert levels == [(1, 75, 12_340, 1), *[(1, 0, 0, 0)] * 4, *[(0, 0, 0, 0)] * 5]


@given(st.text("0123456789", min_size=1, max_size=24), st.integers(0, 2**62), st.integers(0, 2**31))
def test_a_packet_holds_what_the_quote_does(token, sequence, price):
    quote = Quote(exchange_type=4, token=token, sequence=sequence, exch_ms=TS_MS, ltp=price)
    head = struct.unpack("<BB25sqqq", ltp_packet(quote))
    assert head == (1, 4, token.encode().ljust(25, b"\0"), sequence, TS_MS, price)
    assert [len(p(quote)) for p in (ltp_packet, quote_packet, snap_packet)] == [51, 123, 379]
