"""The package's CSV tables, and the one rule for reading a dated row.

Every dated row holds from `effective_from` to `effective_to`, both included; a blank end means it
still holds. Where rows overlap the later row of the table wins, so that an exception is one more
row and a user's file is simply appended.
"""

import csv
import datetime as dt
from collections.abc import Iterable, Sequence
from enum import Enum
from functools import cache
from importlib import resources
from typing import TypeVar

import msgspec

from rustro_kernel.domain.errors import OutsideRules, UnverifiedRule

FIRST_DAY = dt.date(2015, 1, 1)
LAST_DAY = dt.date(2026, 12, 31)


class Confidence(Enum):
    """How well a row is known. An unverified row is refused until a user's file replaces it."""

    HIGH = "high"  # primary data, or two sources that agree
    MEDIUM = "medium"  # one decent source
    LOW = "low"  # an assumption that keeps research going
    UNVERIFIED = "unverified"


class Dated(msgspec.Struct, frozen=True, kw_only=True):
    """What every dated row has."""

    effective_from: dt.date
    effective_to: dt.date = dt.date.max
    confidence: Confidence = Confidence.HIGH
    note: str = ""


Row = TypeVar("Row")
DatedRow = TypeVar("DatedRow", bound=Dated)


@cache
def _cells(name: str) -> tuple[dict[str, str], ...]:
    """The lines of a table without their blank cells, so that a row's defaults apply."""
    text = resources.files("rustro_kernel.market_rules").joinpath("data", f"{name}.csv")
    lines = csv.DictReader(text.read_text(encoding="utf-8").splitlines())
    return tuple({key: cell for key, cell in line.items() if cell} for line in lines)


def table(name: str, row: type[Row]) -> tuple[Row, ...]:
    """A table of the package, one `row` a line, in the order of the file."""
    return tuple(msgspec.convert(cells, row, strict=False) for cells in _cells(name))


def in_force(rows: Sequence[DatedRow], on: dt.date, what: str) -> DatedRow:
    """The row that holds on a date.

    Raises:
        OutsideRules: If none does.
        UnverifiedRule: If it is marked unverified.
    """
    found = None
    for row in rows:
        if row.effective_from <= on <= row.effective_to:
            found = row
    if found is None:
        raise OutsideRules(what, on.isoformat(), span(rows))
    if found.confidence is Confidence.UNVERIFIED:
        raise UnverifiedRule(what, on.isoformat())
    return found


def span(rows: Iterable[Dated]) -> str:
    """The dates that rows cover, in words."""
    rows = tuple(rows)
    if not rows:
        return "no date"
    first = min(row.effective_from for row in rows)
    last = min(max(row.effective_to for row in rows), LAST_DAY)
    return f"{first} to {last}"


def check_covered(date: dt.date, what: str) -> None:
    """Refuse a date the tables do not reach.

    Raises:
        OutsideRules: If the date is before 2015 or after 2026.
    """
    if not FIRST_DAY <= date <= LAST_DAY:
        raise OutsideRules(what, date.isoformat(), f"{FIRST_DAY} to {LAST_DAY}")
