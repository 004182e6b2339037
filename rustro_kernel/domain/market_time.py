"""Nanoseconds since the epoch, and India's clock on top of them.

India keeps one offset (+05:30) without daylight saving, so every conversion is plain arithmetic
and needs no time-zone database. Inside the engine a time is an `int` of nanoseconds since the
epoch; a clock time ("HH:MM:SS") is an `int` of nanoseconds since IST midnight.
"""

import datetime as dt
from functools import cache

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 3600 * SECOND
DAY = 24 * HOUR
IST = dt.timezone(dt.timedelta(hours=5, minutes=30), "IST")
IST_OFFSET = 19_800 * SECOND

_EPOCH = dt.date(1970, 1, 1).toordinal()


def midnight_ns(date: dt.date) -> int:
    """The ns of 00:00:00 IST on a date."""
    return (date.toordinal() - _EPOCH) * DAY - IST_OFFSET


def ist_date(ts_ns: int) -> dt.date:
    """The date in India at a moment."""
    return dt.date.fromordinal((ts_ns + IST_OFFSET) // DAY + _EPOCH)


@cache
def clock_ns(text: str) -> int:
    """Nanoseconds since midnight of "HH:MM" or "HH:MM:SS".

    Raises:
        ValueError: If it is no time of day.
    """
    parts = text.split(":")
    if len(parts) not in (2, 3) or not all(len(p) == 2 and p.isdigit() for p in parts):
        raise ValueError(f"a time is HH:MM or HH:MM:SS, got {text!r}")
    hours, minutes, seconds = (*map(int, parts), 0)[:3]
    if hours > 23 or minutes > 59 or seconds > 59:
        raise ValueError(f"no such time of day: {text!r}")
    return hours * HOUR + minutes * MINUTE + seconds * SECOND


def at(date: dt.date, clock: str) -> int:
    """The ns of a clock time on a date in India."""
    return midnight_ns(date) + clock_ns(clock)


def show_clock(ts_ns: int) -> str:
    """HH:MM:SS in India."""
    seconds = (ts_ns + IST_OFFSET) % DAY // SECOND
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def show_time(ts_ns: int) -> str:
    """YYYY-MM-DD HH:MM:SS in India."""
    return f"{ist_date(ts_ns)} {show_clock(ts_ns)}"
