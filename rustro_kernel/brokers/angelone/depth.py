"""The five best levels of a snap frame, read only when someone looks (facts/smartapi.md, 7.4)."""

from struct import Struct

from rustro_kernel.brokers.angelone.exchanges import CURRENCY, paise
from rustro_kernel.domain.ticks import Depth, Level

BUY, SELL = 1, 0
"""The low byte of a level's flag. Indices carry -1 (255): no side at all."""
FIRST_BUY, FIRST_SELL = 147, 247
BOOK, FLAGS = slice(147, 347), slice(147, 347, 20)
FIVE_AND_FIVE = bytes([BUY] * 5 + [SELL] * 5)
"""The flags of an ordinary book."""

_level = Struct("<Bxqqh")
_ten = Struct("<" + "2xqq2x" * 10)


def best_five(frame: bytes) -> Depth | None:
    """The book of a snap frame, prices in paise; None where there is none (an index)."""
    figures = _ten.unpack_from(frame, BOOK.start)
    if frame[FLAGS] == FIVE_AND_FIVE and min(figures) > 0 and frame[1] != CURRENCY:
        levels = tuple(zip(figures[1::2], figures[::2], strict=True))
        return Depth(levels[:5], levels[5:])
    book = Depth(_side(frame, BUY), _side(frame, SELL))
    return book if book.bids or book.asks else None


def best(frame: bytes, flag: int) -> Level:
    """The first level of one side, as the frame has it; (0, 0) if the side is missing.

    Not scaled: the price is in the exchange's own unit.
    """
    for level_flag, units, price, _orders in _level.iter_unpack(frame[BOOK]):
        if level_flag == flag:
            return price, units
    return 0, 0


def _side(frame: bytes, flag: int) -> tuple[Level, ...]:
    """The levels of one side that show something; a price or size of -1 or 0 is none."""
    return tuple(
        (paise(price, frame[1]), units)
        for level_flag, units, price, _orders in _level.iter_unpack(frame[BOOK])
        if level_flag == flag and price > 0 and units > 0
    )
