"""What the feed knows of one instrument at one moment: the content of a packet."""

from typing import NamedTuple

import msgspec

LEVELS = 5


class Row(NamedTuple):
    """One level of a book: price in paise, quantity in units, number of orders."""

    price: int
    quantity: int
    orders: int


EMPTY = Row(0, 0, 0)
NO_BOOK = Row(-1, -1, -1)
"""What an index shows in place of a level."""


class Quote(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Prices in paise, quantities in units; `close` is the previous day's.

    `bids` and `asks` of None: an index, which has no book. `sequence` and `exch_ms` belong to the
    packet that was published, so the same quote always makes the same bytes.
    """

    exchange_type: int
    token: str
    sequence: int
    exch_ms: int
    ltp: int
    ltq: int = 0
    atp: int = 0
    volume: int = 0
    total_buy: float = 0.0
    total_sell: float = 0.0
    open: int = 0
    high: int = 0
    low: int = 0
    close: int = 0
    ltt_s: int = 0
    oi: int = 0
    oi_change: float = 0.0
    bids: tuple[Row, ...] | None = None
    asks: tuple[Row, ...] | None = None
    upper: int = 0
    lower: int = 0
    year_high: int = 0
    year_low: int = 0


def padded(rows: tuple[Row, ...] | None, levels: int = LEVELS) -> tuple[Row, ...]:
    """So many levels: zeros where the book ends, the sentinel where there is none."""
    if rows is None:
        return (NO_BOOK,) * levels
    return (*rows[:levels], *(EMPTY,) * (levels - len(rows)))
