"""The broker's dates and times: always India's clock, in several spellings, never a locale's."""

import datetime as dt
from functools import lru_cache

from rustro_kernel.domain.market_time import SECOND, at, ist_date, show_clock

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def stamp_ns(text: str) -> int:
    """The ns of "23-Nov-2026 09:45:39"; 0 where there is none.

    Raises:
        ValueError: It is written otherwise.
    """
    if not text:
        return 0
    date, _, clock = text.partition(" ")
    return at(expiry_date(date.replace("-", "")), clock)


def label_ns(text: str) -> int:
    """The ns of a candle's label, "2026-11-20T09:15:00+05:30".

    Raises:
        ValueError: It is no time with an offset.
    """
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None or moment.microsecond:
        raise ValueError("no label of a candle")
    return int(moment.timestamp()) * SECOND


def minute_text(ts_ns: int) -> str:
    """The minute as candles are asked for: "2026-11-20 09:15"."""
    return f"{ist_date(ts_ns)} {show_clock(ts_ns)[:5]}"


@lru_cache(4096)
def expiry_date(text: str) -> dt.date:
    """The date of "24NOV2026" or "24Nov2026".

    Raises:
        ValueError: It is written otherwise.
    """
    day, month, year = text[:-7], text[-7:-4].upper(), text[-4:]
    if month not in MONTHS or not (day + year).isdecimal() or not (day + year).isascii():
        raise ValueError("no date like 24NOV2026")
    return dt.date(int(year), MONTHS.index(month) + 1, int(day))
