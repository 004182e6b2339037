"""Ours and the official client agree on every field; what was captured with it, too."""

import base64
import json
import math
import struct

import pytest
from hypothesis import given, settings, strategies as st

from rustro_kernel.brokers.angelone.codec import decode
from rustro_kernel.brokers.angelone.exchanges import key_at
from rustro_kernel.brokers.angelone.full import full
from tests.brokers.angelone.frames import ltp_frame, quote_frame, snap_frame
from tests.brokers.angelone.official import hot, hot_words, parser, words

i64 = st.integers(-(2**63), 2**63 - 1)
i16 = st.integers(-(2**15), 2**15 - 1)
byte = st.integers(0, 255)
token = st.binary(max_size=25).map(lambda raw: raw.decode("latin-1"))
ohlc = st.tuples(i64, i64, i64, i64)
ordinary = st.floats(allow_nan=False)
tails = st.fixed_dictionaries(
    {"last": i64, "average": i64, "volume": i64, "buy": ordinary, "sell": ordinary, "ohlc": ohlc}
)
lines = st.lists(st.tuples(i16, i64, i64, i16), min_size=10, max_size=10)


def latin(build, exchange, token, *rest, **fields):
    """A frame whose token holds any bytes."""
    frame = bytearray(build(exchange, "", *rest, **fields))
    frame[2:27] = token.encode("latin-1").ljust(25, b"\0")
    return bytes(frame)


def theirs(frame):
    return parser()(frame)


@given(byte, token, i64, i64, i64)
def test_ltp_frames_agree(exchange, token, sequence, ts, ltp):
    frame = latin(ltp_frame, exchange, token, sequence, ts, ltp)
    assert words(full(frame)) == theirs(frame)


@given(byte, token, i64, i64, i64, tails)
def test_quote_frames_agree(exchange, token, sequence, ts, ltp, tail):
    frame = latin(quote_frame, exchange, token, sequence, ts, ltp, **tail)
    assert words(full(frame)) == theirs(frame)


@settings(max_examples=300)
@given(byte, token, i64, i64, i64, tails, i64, i64, ordinary, lines, ohlc)
def test_snap_frames_agree(exchange, token, sequence, ts, ltp, tail, ltt, oi, change, book, limits):
    frame = latin(
        snap_frame, exchange, token, sequence, ts, ltp,
        ltt=ltt, oi=oi, change=change, book=book, limits=limits, **tail,
    )  # fmt: skip
    assert words(full(frame)) == theirs(frame)
    assert full(frame).snap.oi_change == change


@pytest.mark.data
def test_captured_frames_agree_and_keep_their_promises(market_data):
    rows = (market_data / "samples" / "ws2_quote_frames_2026-09-24.txt").read_text().splitlines()
    frames = [base64.b64decode(row.split()[-1]) for row in rows if row]
    assert len(frames) == 17
    for frame in frames:
        whole = full(frame)
        assert words(whole) == theirs(frame)
        assert hot(decode(frame)) == hot_words(theirs(frame))
        assert whole.exch_ms % 1000 == 0
        assert whole.quote.low <= whole.ltp <= whole.quote.high


def rebuilt(message):
    """The frame a captured parsed message came from."""
    head = (
        message["exchange_type"], message["token"], message["sequence_number"],
        message["exchange_timestamp"], message["last_traded_price"],
    )  # fmt: skip
    tail = {
        "last": message["last_traded_quantity"],
        "average": message["average_traded_price"],
        "volume": message["volume_trade_for_the_day"],
        "buy": message["total_buy_quantity"],
        "sell": message["total_sell_quantity"],
        "ohlc": [message[f"{name}_price_of_the_day"] for name in ("open", "high", "low")]
        + [message["closed_price"]],
    }
    if message["subscription_mode"] == 2:
        return quote_frame(*head, **tail)
    sides = message["best_5_buy_data"] + message["best_5_sell_data"]
    change = message["open_interest_change_percentage"]
    return snap_frame(
        *head,
        ltt=message["last_traded_timestamp"],
        oi=message["open_interest"],
        change=struct.unpack("<d", struct.pack("<q", change))[0],
        book=[(s["flag"], s["quantity"], s["price"], s["no of orders"]) for s in sides],
        limits=[
            message[name]
            for name in (
                "upper_circuit_limit", "lower_circuit_limit",
                "52_week_high_price", "52_week_low_price",
            )
        ],
        **tail,
    )  # fmt: skip


@pytest.mark.data
def test_captured_snaps_come_out_as_they_were(market_data):
    samples = json.loads((market_data / "samples" / "ws2_snap_quote_samples.json").read_text())
    assert len(samples) == 2
    for sample in samples:
        message = sample["message"]
        frame = rebuilt(message)
        whole = full(frame)
        change = sample["decoded_open_interest_change_as_float64"]
        assert math.isclose(whole.snap.oi_change, change)
        assert words(whole) == theirs(frame) == message
        assert hot(decode(frame)) == hot_words(message)


@pytest.mark.data
def test_captured_quotes_come_out_as_they_were(market_data):
    path = market_data / "samples" / "ws2_quote_bnf_option_2024-02-24.jsonl"
    rows = [json.loads(line)["message"] for line in path.read_text().splitlines()]
    assert len(rows) == 34
    for message in rows:
        frame = rebuilt(message)
        assert words(full(frame)) == theirs(frame) == message
        assert hot(decode(frame)) == hot_words(message)
        assert key_at(decode(frame).address) == f"NFO:{message['token']}"
