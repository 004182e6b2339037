"""Times as files write them, read into nanoseconds."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa

from rustro_kernel.bar_files import text_forms
from rustro_kernel.bar_files.arrays import Ints, Mask
from rustro_kernel.bar_files.arrow_columns import epoch_ns, missing
from rustro_kernel.bar_files.source import Source
from rustro_kernel.domain.errors import BadData
from rustro_kernel.domain.market_time import DAY

ORDERS = ("dmy", "mdy")


@dataclass(frozen=True)
class Stamps:
    """The times of all rows; 0 where one is missing.

    `ns` is the clock as written, counted as if it were UTC; where the file itself says which zone
    the clock is in, `is_aware` holds and `ns` is the moment, in ns since the epoch.
    """

    ns: Ints
    missing: Mask
    is_aware: bool


def read_stamps(source: Source, names: tuple[str, ...], order: str | None = None) -> Stamps:
    """The times of one column, or of a date and a time column.

    Args:
        source: The file.
        names: Its columns, one or two.
        order: "dmy" or "mdy" for dates such as 01/02/2021; None finds out.

    Raises:
        BadData: If a cell is no time, or the order of day and month cannot be told.
    """
    column = source.table[names[0]]
    if len(names) == 1 and pa.types.is_timestamp(column.type):
        return _typed(source, names[0], column)
    name = " and ".join(names)
    parts = [_texts(source.table[each]) for each in names]
    texts = [" ".join(p) if all(p) else "" for p in zip(*parts, strict=True)]
    first = next(filter(None, texts), None)
    if first is None:
        raise BadData(source.name, f"column {name} holds no times")
    if text_forms.EPOCH.fullmatch(first):
        return _read(source, name, texts, text_forms.epoch_of, is_aware=True)
    return _written(source, name, texts, order)


def _typed(source: Source, name: str, column: pa.ChunkedArray) -> Stamps:
    try:
        return Stamps(epoch_ns(column), missing(column), column.type.tz is not None)
    except pa.ArrowInvalid as exc:
        raise BadData(source.name, f"column {name} holds times beyond any calendar") from exc


def _texts(column: pa.ChunkedArray) -> list[str]:
    if pa.types.is_timestamp(column.type):  # a date beside a column of times
        column = column.cast(pa.date32())
    elif pa.types.is_floating(column.type):
        column = column.cast(pa.int64(), safe=False)
    return [(text or "").strip() for text in column.cast(pa.string()).to_pylist()]


def _written(source: Source, name: str, texts: list[str], order: str | None) -> Stamps:
    """Dates and times in words; the first one says in which form."""
    pieces = [text_forms.MOMENT.fullmatch(text) for text in texts]
    rows = [piece.groups() if piece else ("", None, None) for piece in pieces]
    first = next(row[0] for row in rows if row[0])
    form = next((f for f, p in text_forms.DATES.items() if p.fullmatch(first)), "ymd")
    month_first = form == "parts" and _month_first(source, name, {row[0] for row in rows}, order)
    is_aware = any(row[2] for row in rows)

    @cache
    def day(text: str) -> int:
        return text_forms.day_number(text, form, month_first=month_first) * DAY

    clock, offset = cache(text_forms.clock_of), cache(text_forms.offset_of)

    def moment(text: str) -> int:
        date, time, zone = text_forms.MOMENT.fullmatch(text).groups()  # type: ignore[union-attr]
        if bool(zone) != is_aware:
            raise ValueError(text)
        return day(date) + (clock(time) if time else 0) - (offset(zone) if zone else 0)

    return _read(source, name, texts, moment, is_aware=is_aware)


def _read(
    source: Source, name: str, texts: list[str], moment: Callable[[str], int], *, is_aware: bool
) -> Stamps:
    ns = np.zeros(len(texts), dtype=np.int64)
    for row, text in enumerate(texts):
        if text:
            try:
                ns[row] = moment(text)
            except (ValueError, OverflowError) as exc:
                raise source.bad(row, name, f"is no time: {text!r}") from exc
    return Stamps(ns, np.array([not text for text in texts]), is_aware)


def _month_first(source: Source, name: str, dates: Iterable[str], order: str | None) -> bool:
    """Whether 01/02/2021 is the second of January: a number above twelve is no month."""
    if order is not None:
        return order == "mdy"
    found = [re.split("[-/.]", date)[:2] for date in dates if date]
    pairs = [(int(a), int(b)) for a, b in found if a.isdigit() and b.isdigit()]
    day_first, month_first = any(a > 12 for a, _ in pairs), any(b > 12 for _, b in pairs)
    if day_first != month_first:
        return month_first
    raise BadData(
        source.name,
        f"column {name} holds dates such as {min(filter(None, dates))} that can be read in two "
        "ways; say --dates dmy or --dates mdy",
    )
