"""Putting whole days into the files of closed days: folded logs, and imports."""

import datetime as dt
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.errors import BadData
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.records.bars import places
from rustro_kernel.records.bars.column_files import (
    Days,
    StoredDay,
    read_columns,
    read_days,
    write_columns,
)
from rustro_kernel.records.bars.columns import Columns, empty, joined, latest
from rustro_kernel.records.bars.dates import by_date, without
from rustro_kernel.records.bars.merging import Mode, Written, merged

Dated = tuple[dt.date, Columns]


def put(
    folder: Path,
    key: InstrumentKey,
    timeframe: Timeframe,
    columns: Columns,
    source: str,
    mode: Mode,
) -> Written:
    """Merge days into their files, each written once; on disk when it returns.

    Raises:
        BadData: If the starts do not rise.
    """
    _check_rising(key, columns)
    written = Written()
    for path, days in _by_file(folder, key, timeframe, columns):
        written += _put(path, key, timeframe, days, source, mode)
    return written


def _check_rising(key: InstrumentKey, columns: Columns) -> None:
    starts = columns.start_ns
    if not bool((starts[1:] > starts[:-1]).all()):
        raise BadData(key, "bars must come with each start once, oldest first")


def _by_file(
    folder: Path, key: InstrumentKey, timeframe: Timeframe, columns: Columns
) -> Iterator[tuple[Path, list[Dated]]]:
    def path(dated: Dated) -> Path:
        return places.period_file(folder, key, timeframe, dated[0])

    for found, days in groupby(by_date(columns), key=path):
        yield found, list(days)


def _put(
    path: Path,
    key: InstrumentKey,
    timeframe: Timeframe,
    new: list[Dated],
    source: str,
    mode: Mode,
) -> Written:
    """Merge days into one file; it is left alone if nothing changes."""
    stored, known = read_columns(path), read_days(path)
    olds, total, parts = dict(by_date(stored)), Written(), []
    for date, columns in new:
        day, written = merged(olds.get(date, empty()), columns, mode)
        total += written
        parts.append(day)
        if written.alters:
            known[str(date)] = StoredDay(len(day), _sources(known, date, source, mode))
    if total.alters:
        rest = without(stored, {date for date, _ in new})
        write_columns(path, key, timeframe.value, latest(joined([rest, *parts])), known)
    return total


def _sources(known: Days, date: dt.date, source: str, mode: Mode) -> str:
    """Where a day's bars come from, now that some come from `source`."""
    before = known.get(str(date))
    if before is None or mode == "replace":
        return source
    sources = before.source.split(" + ")
    return " + ".join(sources if source in sources else [*sources, source])
