"""A file of bars, examined whole before the first of them is stored."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from msgspec.structs import replace

from rustro_kernel.bar_files import raw
from rustro_kernel.bar_files.arrays import Ints, Mask
from rustro_kernel.bar_files.source import Source
from rustro_kernel.data.coverage import date_numbers
from rustro_kernel.data.importing.figures import report_of
from rustro_kernel.data.importing.reading import Reading, Wishes, understand
from rustro_kernel.data.importing.report import ImportReport
from rustro_kernel.data.importing.sieve import Verdicts, judge
from rustro_kernel.data.importing.target import Target
from rustro_kernel.data.market_hours import MarketHours, OpenDay
from rustro_kernel.domain.bars import SPAN_NS, Timeframe
from rustro_kernel.domain.market_time import ist_date
from rustro_kernel.market_rules import MarketRules
from rustro_kernel.records.bars.columns import AUCTION, CORRECTED, SPECIAL, STUB, SYNTHETIC, Columns
from rustro_kernel.records.bars.merging import Mode
from rustro_kernel.records.bars.store import BarStore


@dataclass(frozen=True)
class Examined:
    """A file's usable bars, the verdict on every row, and the report."""

    target: Target
    timeframe: Timeframe
    columns: Columns
    source: Source
    reading: Reading
    verdicts: Verdicts
    report: ImportReport


def examine(path: Path, target: Target, rules: MarketRules, wishes: Wishes) -> Examined:
    """Read and judge a file; nothing is stored.

    Raises:
        BadData: If it cannot be read, or what it means is in doubt.
    """
    hours, frame = MarketHours(rules, is_index=target.is_index), wishes.timeframe
    bars = raw.read(path, wishes.columns, wishes.dates, wishes.symbol)
    reading = understand(bars, target, hours, wishes)
    verdicts = judge(reading.rows, hours, frame)
    columns = _columns(reading, verdicts.kept, hours, frame, _own_marks(bars.source))
    report = report_of(bars.source, target, frame, reading, verdicts, columns, hours)
    return Examined(target, frame, columns, bars.source, reading, verdicts, report)


def store(found: Examined, bar_store: BarStore, mode: Mode = "fill") -> ImportReport:
    """Put what was examined into the bar store."""
    source = f"{found.report.file} sha256:{found.report.sha256}"
    key, frame = found.target.key, found.timeframe
    written = bar_store.write_days(key, frame, found.columns, source, mode=mode)
    return replace(found.report, written=written)


def _columns(
    reading: Reading, kept: Mask, hours: MarketHours, frame: Timeframe, marks: Ints
) -> Columns:
    rows = np.flatnonzero(kept)
    rows = rows[np.argsort(reading.rows.start_ns[rows], kind="stable")]
    starts = reading.rows.start_ns[rows]
    volume = np.rint(reading.rows.volume[rows]).astype(np.int64)
    opened, high, low, close = reading.paise[rows].T.copy()
    flags = _flags(starts, hours, frame) | marks[rows]
    return Columns(starts, opened, high, low, close, volume, flags)


def _own_marks(source: Source) -> Ints:
    """What an export of ours says of its rows and no calendar can tell."""
    marks = np.zeros(source.table.num_rows, dtype=np.int64)
    for name, bit in (("corrected", CORRECTED), ("synthetic", SYNTHETIC)):
        if name in source.table.column_names:
            texts = source.table[name].cast(pa.string()).to_pylist()
            marks |= np.array([bit * (text == "true") for text in texts], dtype=np.int64)
    return marks


def _flags(starts: Ints, hours: MarketHours, frame: Timeframe) -> Ints:
    """The marks the calendar gives these bars."""
    flags = np.zeros(len(starts), dtype=np.int64)
    numbers = date_numbers(starts)
    for rows in np.split(np.arange(len(starts)), np.flatnonzero(np.diff(numbers)) + 1):
        day = hours.day(ist_date(int(starts[rows[0]]))) if len(rows) else ""
        if isinstance(day, OpenDay):
            flags[rows] = _day_flags(starts[rows], day, frame)
    return flags


def _day_flags(starts: Ints, day: OpenDay, frame: Timeframe) -> Ints:
    auction = ~np.isin(starts, day.starts(frame))
    ends_late = starts + SPAN_NS[frame] > day.traded_until_ns
    stub = ends_late & ~auction & (frame is not Timeframe.D1)
    special = SPECIAL if day.is_special else 0
    return np.where(auction, AUCTION, 0) + np.where(stub, STUB, 0) + special
