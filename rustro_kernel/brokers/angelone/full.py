"""Every field of a market stream frame, as raw as the wire has it (facts/smartapi.md, 7.4).

For comparison with the official client, for records and for research; trading uses `codec.decode`.
Prices are the exchange's own integers (paise; currency 1/10 000 000 rupee), sentinels included.
"""

from struct import Struct

import msgspec

from rustro_kernel.brokers.angelone.codec import (
    DEPTH20_BYTES,
    Mode,
    Undecodable,
    problem,
)
from rustro_kernel.brokers.angelone.depth import BOOK
from rustro_kernel.brokers.angelone.exchanges import token_of

_header = Struct("<B26sqqq")
_quote = Struct("<qqqddqqqq")
_trade = Struct("<qqd")
_limits = Struct("<qqqq")
_level = Struct("<hqqh")
_depth20 = Struct("<B26sqq")
_level20 = Struct("<iih")


class RawLevel(msgspec.Struct, frozen=True, array_like=True):
    """One line of the book: flag 1 buy, 0 sell, -1 neither."""

    flag: int
    quantity: int
    price: int
    orders: int


class QuoteFields(msgspec.Struct, frozen=True):
    """What modes Quote and Snap add."""

    last_quantity: int
    average_price: int
    volume: int
    total_buy: float
    total_sell: float
    open: int
    high: int
    low: int
    previous_close: int


class SnapFields(msgspec.Struct, frozen=True):
    """What mode Snap adds."""

    ltt_s: int
    oi: int
    oi_change: float  # documented as garbage
    levels: tuple[RawLevel, ...]
    upper_circuit: int
    lower_circuit: int
    year_high: int
    year_low: int


class Frame(msgspec.Struct, frozen=True):
    """A whole LTP, Quote or Snap frame."""

    mode: Mode
    exchange_type: int
    token: str
    sequence: int
    exch_ms: int
    ltp: int
    quote: QuoteFields | None = None
    snap: SnapFields | None = None


class Depth20(msgspec.Struct, frozen=True):
    """A frame of the withdrawn mode 4; levels are (quantity, price, orders)."""

    exchange_type: int
    token: str
    exch_ms: int
    received_ms: int
    buys: tuple[tuple[int, int, int], ...]
    sells: tuple[tuple[int, int, int], ...]


def full(frame: bytes) -> Frame | Undecodable:
    """Every field of a frame, or why it has none. Never raises on bytes."""
    wrong = problem(frame)
    if wrong is not None or frame[0] == Mode.DEPTH20:
        return wrong or Undecodable.DEPTH20
    mode, address, sequence, exch_ms, ltp = _header.unpack_from(frame)
    quote = QuoteFields(*_quote.unpack_from(frame, 51)) if mode >= Mode.QUOTE else None
    snap = _snap_fields(frame) if mode == Mode.SNAP else None
    return Frame(Mode(mode), address[0], token_of(address), sequence, exch_ms, ltp, quote, snap)


def depth20(frame: bytes) -> Depth20 | None:
    """A mode 4 frame; None if it is none."""
    if len(frame) != DEPTH20_BYTES or frame[0] != Mode.DEPTH20:
        return None
    _mode, address, exch_ms, received_ms = _depth20.unpack_from(frame)
    levels = tuple(_level20.iter_unpack(frame[43:]))
    token = token_of(address)
    return Depth20(address[0], token, exch_ms, received_ms, levels[:20], levels[20:])


def _snap_fields(frame: bytes) -> SnapFields:
    levels = tuple(RawLevel(*fields) for fields in _level.iter_unpack(frame[BOOK]))
    ltt_s, oi, oi_change = _trade.unpack_from(frame, 123)
    return SnapFields(ltt_s, oi, oi_change, levels, *_limits.unpack_from(frame, 347))
