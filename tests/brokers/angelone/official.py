"""The broker's own parser, without its side effects."""

import functools
import os
import struct
import tempfile
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

HOT = {
    "sequence": "sequence_number",
    "exch_ms": "exchange_timestamp",
    "ltp": "last_traded_price",
    "volume": "volume_trade_for_the_day",
    "ltt_s": "last_traded_timestamp",
    "oi": "open_interest",
    "upper": "upper_circuit_limit",
    "lower": "lower_circuit_limit",
    "bid": "",
    "bid_qty": "",
    "ask": "",
    "ask_qty": "",
}
"""The fields of `codec.Packet`, and the official client's; the book's it has in a list."""


@functools.cache
def parser():
    """`SmartWebSocketV2._parse_binary_data`. Importing it would ask the internet for our address
    and its constructor makes a log folder: neither happens here.
    """
    if find_spec("SmartApi") is None:
        pytest.skip("smartapi-python is not installed")
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr("requests.get", _offline)
        os.chdir(folder)
        try:
            client = import_module("SmartApi.smartWebSocketV2").SmartWebSocketV2
        finally:
            os.chdir(here)
    return client.__new__(client)._parse_binary_data


def _offline(*_args, **_kwargs):
    raise OSError("tests ask nobody")


def words(frame):
    """One of our whole frames in the official client's words."""
    names = {1: "LTP", 2: "QUOTE", 3: "SNAP_QUOTE"}
    said = {
        "subscription_mode": frame.mode.value,
        "exchange_type": frame.exchange_type,
        "token": frame.token,
        "sequence_number": frame.sequence,
        "exchange_timestamp": frame.exch_ms,
        "last_traded_price": frame.ltp,
        "subscription_mode_val": names[frame.mode],
    }
    return said | _quote(frame.quote) | _snap(frame.snap)


def _quote(quote):
    if quote is None:
        return {}
    return {
        "last_traded_quantity": quote.last_quantity,
        "average_traded_price": quote.average_price,
        "volume_trade_for_the_day": quote.volume,
        "total_buy_quantity": quote.total_buy,
        "total_sell_quantity": quote.total_sell,
        "open_price_of_the_day": quote.open,
        "high_price_of_the_day": quote.high,
        "low_price_of_the_day": quote.low,
        "closed_price": quote.previous_close,
    }


def _snap(snap):
    if snap is None:
        return {}
    return {
        "last_traded_timestamp": snap.ltt_s,
        "open_interest": snap.oi,
        "open_interest_change_percentage": _bits(snap.oi_change),
        "upper_circuit_limit": snap.upper_circuit,
        "lower_circuit_limit": snap.lower_circuit,
        "52_week_high_price": snap.year_high,
        "52_week_low_price": snap.year_low,
        "best_5_buy_data": [_level(line) for line in snap.levels if line.flag != 0],
        "best_5_sell_data": [_level(line) for line in snap.levels if line.flag == 0],
    }


def hot(packet):
    """What trading reads of a packet, by name."""
    return {name: getattr(packet, name) for name in HOT}


def hot_words(said):
    """The same from a dictionary of the official client; 0 is what its mode does not carry."""
    buys = [line for line in said.get("best_5_buy_data", ()) if line["flag"] == 1]
    bid, ask = (side[0] if side else {} for side in (buys, said.get("best_5_sell_data")))
    prices = {"bid": bid.get("price", 0), "ask": ask.get("price", 0)}
    sizes = {"bid_qty": bid.get("quantity", 0), "ask_qty": ask.get("quantity", 0)}
    return {ours: said.get(theirs, 0) for ours, theirs in HOT.items()} | prices | sizes


def _bits(number):
    """They read this double as an integer."""
    return struct.unpack("<q", struct.pack("<d", number))[0]


def _level(line):
    """They read flag and orders unsigned."""
    return {
        "flag": line.flag % 2**16,
        "quantity": line.quantity,
        "price": line.price,
        "no of orders": line.orders % 2**16,
    }
