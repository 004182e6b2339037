"""How files write dates, times of day and numbers; and what one such text means."""

import datetime as dt
import re

from rustro_kernel.domain.market_time import HOUR, MINUTE, SECOND

DATES = {
    "ymd": re.compile(r"(?P<y>\d{4})([-/.]?)(?P<m>\d{2})\2(?P<d>\d{2})"),
    "named": re.compile(r"(?P<d>\d{1,2})[-/ ](?P<m>[A-Za-z]{3})[-/ ](?P<y>\d{4})"),
    "parts": re.compile(r"(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4})"),
}
"""In the order in which they are tried; of "parts" nobody knows yet which is the day."""

CLOCK = re.compile(r"(\d{1,2}):?(\d{2})(?::?(\d{2})(?:\.(\d{1,9}))?)?")
ZONE = re.compile(r"Z|[+-]\d{2}:?\d{2}")
MOMENT = re.compile(r"(.+?)(?:(?<=[\dA-Za-z])[ T]+([\d:.]+) ?(Z|[+-]\d{2}:?\d{2})?)?")
EPOCH = re.compile(r"\d{10}(\d{3}|\d{6}|\d{9})?(\.0)?")
NUMBER = re.compile(r"[-+]?\d+(\.\d+)?")

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EPOCH_DAY = dt.date(1970, 1, 1).toordinal()


def day_number(text: str, form: str, *, month_first: bool = False) -> int:
    """Days since 1970 of a date in one of the forms.

    Raises:
        ValueError: If it is no date.
    """
    match = DATES[form].fullmatch(text)
    if match is None:
        raise ValueError(text)
    day, month = match["d"], match["m"]
    if form == "named":
        month = str(_MONTHS.index(month.lower()) + 1)
    if month_first:
        day, month = month, day
    return dt.date(int(match["y"]), int(month), int(day)).toordinal() - _EPOCH_DAY


def clock_of(text: str) -> int:
    """Nanoseconds since midnight of 9:15, 09:15:00, 0915 or 09:15:00.250.

    Raises:
        ValueError: If it is no time of day.
    """
    match = CLOCK.fullmatch(text)
    if match is None:
        raise ValueError(text)
    hours, minutes, seconds = (int(part or 0) for part in match.groups()[:3])
    if hours > 23 or minutes > 59 or seconds > 59:
        raise ValueError(text)
    fraction = int((match[4] or "").ljust(9, "0"))
    return hours * HOUR + minutes * MINUTE + seconds * SECOND + fraction


def offset_of(text: str) -> int:
    """Nanoseconds by which a zone such as +05:30 is ahead of UTC."""
    if text == "Z":
        return 0
    digits = text[1:].replace(":", "")
    span = int(digits[:2]) * HOUR + int(digits[2:]) * MINUTE
    return -span if text[0] == "-" else span


def epoch_of(text: str) -> int:
    """Nanoseconds since 1970 of a number of s, ms, us or ns, told by its length."""
    digits = text.removesuffix(".0")
    scale: int = 10 ** (19 - len(digits))
    return int(digits) * scale
