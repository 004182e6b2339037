"""Binary packets of the market stream: little endian, one a frame, 51, 123, 379 or 443 bytes.

Written from the broker's field table, on purpose without a look at any decoder.
"""

from collections.abc import Callable
from struct import Struct

from rustro_kernel.simulator.exchange.quote import Quote, Row, padded

LTP, QUOTE, SNAP, DEPTH = 1, 2, 3, 4
HEADER = Struct("<BB25sqqq")
TRADES = Struct("<qqqddqqqq")
INTEREST = Struct("<qqd")
LEVEL = Struct("<hqqh")
LIMITS = Struct("<qqqq")
DEEP_HEADER = Struct("<BB25sqq")
DEEP_LEVEL = Struct("<iih")
DEEP_LEVELS = 20
BUY, SELL, NONE = 1, 0, -1


def ltp_packet(quote: Quote, mode: int = LTP) -> bytes:
    """51 bytes: who, when, last price."""
    return HEADER.pack(
        mode, quote.exchange_type, quote.token.encode(), quote.sequence, quote.exch_ms, quote.ltp
    )


def quote_packet(quote: Quote, mode: int = QUOTE) -> bytes:
    """123 bytes: the day's trades as well."""
    return ltp_packet(quote, mode) + TRADES.pack(
        quote.ltq,
        quote.atp,
        quote.volume,
        quote.total_buy,
        quote.total_sell,
        quote.open,
        quote.high,
        quote.low,
        quote.close,
    )


def snap_packet(quote: Quote) -> bytes:
    """379 bytes: open interest, five levels and the limits as well."""
    has_book = quote.bids is not None
    bids = (_level(BUY if has_book else NONE, row) for row in padded(quote.bids))
    asks = (_level(SELL if has_book else NONE, row) for row in padded(quote.asks))
    return b"".join(
        (
            quote_packet(quote, SNAP),
            INTEREST.pack(quote.ltt_s, quote.oi, quote.oi_change),
            *bids,
            *asks,
            LIMITS.pack(quote.upper, quote.lower, quote.year_high, quote.year_low),
        )
    )


def depth_packet(quote: Quote, received_ms: int | None = None) -> bytes:
    """443 bytes: twenty levels; the broker withdrew this mode in April 2025."""
    received_ms = quote.exch_ms if received_ms is None else received_ms
    head = DEEP_HEADER.pack(
        DEPTH, quote.exchange_type, quote.token.encode(), quote.exch_ms, received_ms
    )
    rows = padded(quote.bids, DEEP_LEVELS) + padded(quote.asks, DEEP_LEVELS)
    return head + b"".join(DEEP_LEVEL.pack(r.quantity, r.price, r.orders) for r in rows)


PACKETS: dict[int, Callable[[Quote], bytes]] = {
    LTP: ltp_packet,
    QUOTE: quote_packet,
    SNAP: snap_packet,
    DEPTH: depth_packet,
}


def _level(flag: int, row: Row) -> bytes:
    return LEVEL.pack(flag, row.quantity, row.price, row.orders)
