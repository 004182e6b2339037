"""One row of a candle answer -> a bar: rupees to paise, India's label to ns, auction tagged."""

import datetime as dt
from collections.abc import Callable

from rustro_kernel.brokers.angelone.amounts import paise, units
from rustro_kernel.brokers.angelone.times import label_ns
from rustro_kernel.domain.bars import Bar
from rustro_kernel.domain.market_time import at, ist_date

CandleRow = tuple[str, float, float, float, float, float]
"""Label, open, high, low, close in rupees, volume in units."""
Rows = list[CandleRow] | None
Close = Callable[[dt.date], int | None]

AUCTION_FROM = dt.date(2026, 8, 3)
AUCTION_CLOCK = "15:15"


def spot_close_ns(date: dt.date) -> int | None:
    """When the index stands still and the closing auction begins, on an ordinary day.

    What is labelled later are indicative prices, not trades (facts/smartapi.md 10.3).
    """
    return at(date, AUCTION_CLOCK) if date >= AUCTION_FROM else None


def never(_date: dt.date) -> int | None:
    """For what trades on through the cash market's auction."""
    return None


def by_label(rows: Rows) -> dict[str, CandleRow]:
    """Rows by label, the last of each; no rows for an empty answer."""
    return {row[0]: row for row in rows or ()}


def problem(row: CandleRow) -> str:
    """Why a row makes no sense as a bar; empty if it does."""
    _, opened, high, low, closed, volume = row
    try:
        label_ns(row[0])
        whole = units(volume)
        paise(high)
    except (ValueError, ArithmeticError):
        return "unreadable"
    if low <= 0 or whole < 0:
        return "not positive"
    if not low <= min(opened, closed) <= max(opened, closed) <= high:
        return "high or low does not hold open and close"
    return ""


def bar(row: CandleRow, spot_close: Close) -> Bar:
    """The bar of a row without a `problem`."""
    start_ns = label_ns(row[0])
    close_ns = spot_close(ist_date(start_ns))
    opened, high, low, closed = map(paise, row[1:5])
    auction = close_ns is not None and start_ns >= close_ns
    return Bar(start_ns, opened, high, low, closed, units(row[5]), auction)
