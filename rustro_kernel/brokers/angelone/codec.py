"""The market stream's binary frames, hot fields only (facts/smartapi.md, 7.4).

One frame is one packet, little endian, told apart by its first byte and its length. `decode` reads
what trading needs; `full` reads everything, `depth` the book behind the best prices.
"""

from enum import Enum, IntEnum
from struct import Struct

import msgspec
from msgspec.structs import replace

from rustro_kernel.brokers.angelone.depth import BUY, FIRST_BUY, FIRST_SELL, SELL, best
from rustro_kernel.brokers.angelone.exchanges import CURRENCY, paise

MS_NS = 1_000_000
SECOND_NS = 1_000_000_000


class Mode(IntEnum):
    """What a subscription asks for, and the first byte of its packets."""

    LTP = 1
    QUOTE = 2
    SNAP = 3
    DEPTH20 = 4


LTP_BYTES, QUOTE_BYTES, SNAP_BYTES, DEPTH20_BYTES = 51, 123, 379, 443
LENGTHS = {
    Mode.LTP: LTP_BYTES,
    Mode.QUOTE: QUOTE_BYTES,
    Mode.SNAP: SNAP_BYTES,
    Mode.DEPTH20: DEPTH20_BYTES,
}

_ltp = Struct("<x26sqqq").unpack
_quote = Struct("<x26sqqq16xq48x").unpack
_snap = Struct("<x26sqqq16xq48xqq10xqq84xqq82xqq16x").unpack


class Undecodable(Enum):
    """Why a frame is no packet."""

    MODE = "mode"
    LENGTH = "length"
    DEPTH20 = "depth20"  # withdrawn in April 2025; `full.depth20` reads it, no tick comes of it


class Packet(msgspec.Struct, frozen=True, gc=False):
    """The hot fields of one frame. Prices in paise, quantities in units.

    What the mode does not carry, and an empty side of the book, is 0. Nothing is checked yet.
    """

    address: bytes  # exchange type and padded token
    sequence: int  # feed-wide
    exch_ms: int  # epoch, whole seconds
    ltp: int
    volume: int = 0  # of the day
    ltt_s: int = 0  # epoch; last trade
    oi: int = 0
    bid_qty: int = 0
    bid: int = 0
    ask_qty: int = 0
    ask: int = 0
    upper: int = 0  # circuit limits
    lower: int = 0
    raw: bytes = b""  # the whole frame, for its depth; empty for a tick that came as JSON

    @property
    def mode(self) -> Mode:
        """What was subscribed to; a tick as JSON counts as the least."""
        return Mode(self.raw[0]) if self.raw else Mode.LTP

    @property
    def exchange_type(self) -> int:
        """The exchange's number."""
        return self.address[0]

    @property
    def exch_ts(self) -> int:
        """The exchange's stamp of the message, epoch ns."""
        return self.exch_ms * MS_NS

    @property
    def ltt(self) -> int:
        """The time of the last trade, epoch ns; 0 if unknown."""
        return self.ltt_s * SECOND_NS


def decode(frame: bytes) -> Packet | Undecodable:
    """The hot fields of a frame, or why it has none. Never raises on bytes."""
    size = len(frame)
    if size == SNAP_BYTES and frame[0] == 3:
        if frame[FIRST_BUY] != BUY or frame[FIRST_SELL] != SELL or frame[1] == CURRENCY:
            return _odd_snap(frame)
        (  # a starred call would cost a tenth more
            address, sequence, exch_ms, ltp, volume, ltt_s, oi,
            bid_qty, bid, ask_qty, ask, upper, lower,
        ) = _snap(frame)  # fmt: skip
        return Packet(
            address, sequence, exch_ms, ltp, volume, ltt_s, oi,
            bid_qty, bid, ask_qty, ask, upper, lower, frame,
        )  # fmt: skip
    if size == QUOTE_BYTES and frame[0] == 2:
        address, sequence, exch_ms, ltp, volume = _quote(frame)
        return _scaled(Packet(address, sequence, exch_ms, ltp, volume, raw=frame))
    if size == LTP_BYTES and frame[0] == 1:
        address, sequence, exch_ms, ltp = _ltp(frame)
        return _scaled(Packet(address, sequence, exch_ms, ltp, raw=frame))
    return problem(frame) or Undecodable.DEPTH20


def problem(frame: bytes) -> Undecodable | None:
    """What is wrong with a frame's mode or length."""
    if not frame or frame[0] not in LENGTHS:
        return Undecodable.MODE
    return None if len(frame) == LENGTHS[Mode(frame[0])] else Undecodable.LENGTH


def _odd_snap(frame: bytes) -> Packet:
    """A snap whose book is not five buys then five sells (an index), or a currency's."""
    bid, bid_qty = best(frame, BUY)
    ask, ask_qty = best(frame, SELL)
    book = {"bid": bid, "bid_qty": bid_qty, "ask": ask, "ask_qty": ask_qty}
    return _scaled(replace(Packet(*_snap(frame)), raw=frame, **book))


def _scaled(packet: Packet) -> Packet:
    """The packet with its prices in paise."""
    if packet.address[0] != CURRENCY:
        return packet
    prices = {
        name: paise(getattr(packet, name), CURRENCY)
        for name in ("ltp", "bid", "ask", "upper", "lower")
    }
    return replace(packet, **prices)
