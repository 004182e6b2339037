"""The five best levels of a snap frame, read only when someone looks (facts/smartapi.md, 7.4)."""

from struct import Struct

from rustro_kernel.brokers.angelone.exchanges import paise
from rustro_kernel.domain.ticks import Depth, Level

BUY, SELL = b"\x01\x00", b"\x00\x00"
"""The flag of a level. Indices carry -1: no side at all."""
BOOK = slice(147, 347)

_level = Struct("<2sqqh")


def best_five(frame: bytes) -> Depth | None:
    """The book of a snap frame, prices in paise; None where there is none (an index)."""
    book = Depth(_side(frame, BUY), _side(frame, SELL))
    return book if book.bids or book.asks else None


def best(frame: bytes, flag: bytes) -> Level:
    """The first level of one side, as the frame has it; (0, 0) if the side is missing.

    Not scaled: the price is in the exchange's own unit.
    """
    for level_flag, units, price, _orders in _level.iter_unpack(frame[BOOK]):
        if level_flag == flag:
            return price, units
    return 0, 0


def _side(frame: bytes, flag: bytes) -> tuple[Level, ...]:
    """The levels of one side that show something; a price or size of -1 or 0 is none."""
    return tuple(
        (paise(price, frame[1]), units)
        for level_flag, units, price, _orders in _level.iter_unpack(frame[BOOK])
        if level_flag == flag and price > 0 and units > 0
    )
