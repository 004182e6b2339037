"""One quote of the REST API -> a tick, with the day's range and the price band beside it."""

from typing import NamedTuple

import msgspec

from rustro_kernel.brokers.angelone.amounts import Number, paise, units
from rustro_kernel.brokers.angelone.times import stamp_ns
from rustro_kernel.domain.instruments import instrument_key
from rustro_kernel.domain.ticks import Depth, Level, Tick

CASH = frozenset({"NSE", "BSE"})


class LevelRow(msgspec.Struct):
    """One level of the book; padded with zeros, and with -1 for an index."""

    price: Number = None
    quantity: Number = None


class Book(msgspec.Struct):
    """Five levels a side, best first."""

    buy: list[LevelRow] = []
    sell: list[LevelRow] = []


class QuoteRow(msgspec.Struct):
    """A quote in FULL mode, in rupees and units, as the broker spells it."""

    exchange: str
    symbolToken: str  # noqa: N815
    ltp: Number
    open: Number = None
    high: Number = None
    low: Number = None
    close: Number = None
    tradeVolume: Number = None  # noqa: N815
    opnInterest: Number = None  # noqa: N815
    exchFeedTime: str | None = None  # noqa: N815
    exchTradeTime: str | None = None  # noqa: N815
    lowerCircuit: Number = None  # noqa: N815
    upperCircuit: Number = None  # noqa: N815
    depth: Book | None = None


class Quote(NamedTuple):
    """A tick with what only REST says beside it; prices in paise, 0 where unknown.

    `close` is the previous day's.
    """

    tick: Tick
    open: int
    high: int
    low: int
    close: int
    lower: int
    upper: int


def quote(row: QuoteRow) -> Quote:
    """The quote of a row.

    Raises:
        ValueError, ArithmeticError: A number or a time makes no sense, or the price is negative.
    """
    ltp = paise(row.ltp)
    if ltp < 0:
        raise ValueError("a negative price")
    depth = _depth(row.depth or Book())
    bid, bid_qty = depth.bids[0] if depth.bids else (0, 0)
    ask, ask_qty = depth.asks[0] if depth.asks else (0, 0)
    tick = Tick(
        instrument_key(row.exchange, row.symbolToken),
        stamp_ns(row.exchFeedTime or ""),
        ltp,
        stamp_ns(row.exchTradeTime or ""),
        units(row.tradeVolume),
        0 if row.exchange in CASH else units(row.opnInterest),  # garbage for cash: facts 5.1
        bid,
        ask,
        bid_qty,
        ask_qty,
        depth if depth.bids or depth.asks else None,
    )
    opened, high, low, closed = map(paise, (row.open, row.high, row.low, row.close))
    return Quote(tick, opened, high, low, closed, paise(row.lowerCircuit), paise(row.upperCircuit))


def problem(quote: Quote) -> str:
    """Why a quote that could be read is not to be believed; empty if it is."""
    tick, book = quote.tick, quote.tick.depth or Depth((), ())
    if tick.volume < 0 or tick.oi < 0:
        return "less than nothing was traded"
    if tick.ltp and quote.upper > 0 and not quote.lower <= tick.ltp <= quote.upper:
        return "a price outside the day's limits"
    prices = [price for price, _ in book.asks[::-1] + book.bids]
    return "" if prices == sorted(prices, reverse=True) else "a book out of order"


def _depth(book: Book) -> Depth:
    return Depth(_levels(book.buy), _levels(book.sell))


def _levels(rows: list[LevelRow]) -> tuple[Level, ...]:
    levels = ((int(paise(row.price)), units(row.quantity)) for row in rows)
    return tuple((price, quantity) for price, quantity in levels if price > 0 and quantity > 0)
