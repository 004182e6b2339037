import pytest
from hypothesis import given, strategies as st

from rustro_kernel.brokers.angelone import full
from rustro_kernel.brokers.angelone.codec import Mode, Packet, Undecodable, decode
from rustro_kernel.brokers.angelone.depth import best_five
from rustro_kernel.brokers.angelone.exchanges import address, key_at
from rustro_kernel.domain.errors import BadData
from rustro_kernel.domain.ticks import Depth
from tests.brokers.angelone.frames import (
    TS,
    crc,
    depth20_frame,
    index_frame,
    levels,
    ltp_frame,
    snap_frame,
)

LTP_VECTOR = "01 01 33303435" + "00" * 21 + "0700000000000000 4071add1a0010000 3a7e010000000000"
QUOTE_VECTOR = (
    "02 02 3538363632" + "00" * 20 + "0800000000000000 4071add1a0010000 3930000000000000"
    "4b00000000000000 0230000000000000 60e3160000000000 0000000080840e41 0000000090f31241"
    "7c2e000000000000 c832000000000000 ec2c000000000000 e02e000000000000"
)


def test_the_ltp_vector():
    packet = decode(bytes.fromhex(LTP_VECTOR))
    assert key_at(packet.address) == "NSE:3045"
    assert (packet.mode, packet.sequence, packet.exch_ts) == (Mode.LTP, 7, TS * 1_000_000)
    assert (packet.ltp, packet.volume, packet.bid, packet.ask) == (97_850, 0, 0, 0)


def test_the_quote_vector():
    frame = bytes.fromhex(QUOTE_VECTOR)
    packet = decode(frame)
    assert key_at(packet.address) == "NFO:58662"
    assert (packet.sequence, packet.ltp, packet.volume) == (8, 12_345, 1_500_000)
    assert full.full(frame) == full.Frame(
        Mode.QUOTE, 2, "58662", 8, TS, 12_345,
        full.QuoteFields(
            75, 12_290, 1_500_000, 250_000.0, 310_500.0, 11_900, 13_000, 11_500, 12_000
        ),
    )  # fmt: skip


def test_the_snap_vector():
    frame = snap_frame()
    assert (len(frame), crc(frame)) == (379, "eb3a2ca9")
    assert frame[123:147].hex(" ", -8) == "48a7b46a00000000 d0962f0000000000 0000000000000000"
    packet = decode(frame)
    assert (packet.exchange_type, packet.sequence, packet.ltp) == (2, 9, 12_345)
    assert (packet.ltt, packet.oi) == (TS * 1_000_000, 3_118_800)
    assert (packet.bid, packet.bid_qty, packet.ask, packet.ask_qty) == (12_340, 75, 12_350, 150)
    assert (packet.upper, packet.lower) == (24_000, 5)
    assert best_five(frame) == Depth(
        ((12_340, 75), (12_335, 150), (12_330, 225), (12_325, 300), (12_320, 375)),
        ((12_350, 150), (12_355, 300), (12_360, 450), (12_365, 600), (12_370, 750)),
    )
    whole = full.full(frame)
    assert whole.snap.levels[0] == full.RawLevel(1, 75, 12_340, 1)
    assert whole.snap.levels[9] == full.RawLevel(0, 750, 12_370, 6)
    assert (whole.snap.year_high, whole.snap.year_low) == (30_000, 0)


def test_the_depth_vector_is_read_but_makes_no_tick():
    frame = depth20_frame()
    assert (len(frame), crc(frame)) == (443, "78f3302d")
    assert decode(frame) is Undecodable.DEPTH20
    assert full.full(frame) is Undecodable.DEPTH20
    book = full.depth20(frame)
    assert (book.token, book.exch_ms, book.received_ms) == ("3045", TS, TS + 7)
    assert (book.buys[19], book.sells[0]) == ((119, 97_755, 20), (200, 97_855, 1))
    assert full.depth20(frame[:-1]) is None


def test_an_index_has_a_price_and_no_book():
    packet = decode(index_frame())
    assert (packet.ltp, packet.volume, packet.oi) == (2_500_000, 0, 0)
    assert (packet.bid, packet.ask, packet.bid_qty, packet.ask_qty) == (0, 0, 0, 0)
    assert best_five(packet.raw) is None


def test_a_book_is_read_by_flag_wherever_its_lines_stand():
    book = levels()
    mixed = snap_frame(book=[book[5], book[0], *book[6:], *book[1:5]])
    assert decode(mixed).bid == 12_340
    assert best_five(mixed) == best_five(snap_frame())


def test_currency_prices_are_scaled_to_paise():
    lines = [(1, 10, 833_400_000, 1)] * 5 + [(0, 20, 833_475_000, 1)] * 5
    packet = decode(
        snap_frame(13, "1151", ltp=833_425_000, book=lines, limits=(900_000_000, 800_000_000, 0, 0))
    )
    assert (packet.ltp, packet.bid, packet.ask) == (8_334, 8_334, 8_335)  # 83.3425 rupees
    assert (packet.upper, packet.lower) == (9_000, 8_000)
    assert best_five(packet.raw).bids[0] == (8_334, 10)


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        (b"", Undecodable.MODE),
        (b"\x00" * 51, Undecodable.MODE),
        (b"\x05" + b"\x00" * 378, Undecodable.MODE),
        (ltp_frame()[:-1], Undecodable.LENGTH),
        (b"\x03" + ltp_frame()[1:], Undecodable.LENGTH),
        (snap_frame() + b"\x00", Undecodable.LENGTH),
    ],
)
def test_unknown_modes_and_lengths_are_named_not_raised(frame, why):
    assert decode(frame) is why
    assert full.full(frame) is why


def test_the_address_of_an_instrument_and_back():
    assert address("NFO:45678") == b"\x0245678" + b"\x00" * 20
    assert key_at(address("BFO:1")) == "BFO:1"
    assert key_at(b"\x06" + b"1" * 25) is None


@pytest.mark.parametrize("key", ["NYSE:1", "NFO:", "NFO", "NFO:" + "1" * 25, "NFO:1 2", "NFO:é"])
def test_an_instrument_without_an_address_is_refused(key):
    with pytest.raises(BadData, match=key):
        address(key)


i64 = st.integers(-(2**63), 2**63 - 1)
i16 = st.integers(-(2**15), 2**15 - 1)
tokens = st.text("0123456789", min_size=1, max_size=24)
exchanges = st.sampled_from([1, 2, 3, 4, 5, 7])


@given(
    exchanges, tokens, i64, i64, i64, i64,
    st.lists(st.tuples(st.sampled_from([1, 0, -1]), i64, i64, i16), min_size=10, max_size=10),
    st.tuples(i64, i64, i64, i64),
)  # fmt: skip
def test_the_hot_fields_are_those_of_the_whole_frame(
    exchange, token, sequence, ts, ltp, oi, book, limits
):
    frame = snap_frame(exchange, token, sequence, ts, ltp, oi=oi, ltt=ltp, book=book, limits=limits)
    packet, whole = decode(frame), full.full(frame)
    assert isinstance(packet, Packet)
    assert whole.token == token == key_at(packet.address).partition(":")[2]
    assert (packet.exchange_type, packet.sequence, packet.exch_ms, packet.ltp) == (
        whole.exchange_type, whole.sequence, whole.exch_ms, whole.ltp,
    )  # fmt: skip
    assert (packet.volume, packet.oi, packet.ltt_s) == (whole.quote.volume, oi, ltp)
    assert (packet.upper, packet.lower) == limits[:2]
    none = full.RawLevel(0, 0, 0, 0)
    lines = whole.snap.levels
    buy = next((line for line in lines if line.flag == 1), none)
    sell = next((line for line in lines if line.flag == 0), none)
    if (lines[0].flag, lines[5].flag) == (1, 0):  # where they should be: nobody looks further
        buy, sell = lines[0], lines[5]
    assert (packet.bid, packet.bid_qty) == (buy.price, buy.quantity)
    assert (packet.ask, packet.ask_qty) == (sell.price, sell.quantity)
