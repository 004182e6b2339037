"""A tick: one market data message about one instrument."""

import msgspec

from rustro_kernel.domain.instruments import InstrumentKey

Level = tuple[int, int]
"""Price in paise, quantity in units."""
FALL_BELIEVED_AFTER = 3
"""Volumes in a row below the day's highest; then it was that one which was wrong."""


class Depth(msgspec.Struct, frozen=True, array_like=True):
    """The displayed book, best level first."""

    bids: tuple[Level, ...]
    asks: tuple[Level, ...]


class Tick(msgspec.Struct, frozen=True, tag="tick", gc=False):
    """One message. Prices in paise, quantities in units, times in ns since the epoch.

    `volume` is the day's cumulative traded quantity. `bid` or `ask` of 0 means that side is empty.
    `exch_ts` is the exchange's stamp of the message, `ltt` that of the last trade in it.
    """

    instrument: InstrumentKey
    exch_ts: int
    ltp: int
    ltt: int = 0
    volume: int = 0
    oi: int = 0
    bid: int = 0
    ask: int = 0
    bid_qty: int = 0
    ask_qty: int = 0
    depth: Depth | None = None
