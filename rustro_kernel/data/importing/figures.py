"""The figures of an import report."""

import hashlib
from collections.abc import Iterable

import numpy as np

from rustro_kernel.bar_files.arrays import Mask
from rustro_kernel.bar_files.source import Source
from rustro_kernel.data.coverage import DayCoverage, coverage
from rustro_kernel.data.importing.reading import Reading
from rustro_kernel.data.importing.report import ImportReport
from rustro_kernel.data.importing.sieve import Verdicts
from rustro_kernel.data.importing.target import Target, may_be_silent
from rustro_kernel.data.market_hours import MarketHours
from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.errors import BadData
from rustro_kernel.domain.market_time import show_time
from rustro_kernel.domain.quality import Gate, counted
from rustro_kernel.records.bars.columns import Columns


def report_of(
    source: Source,
    target: Target,
    timeframe: Timeframe,
    reading: Reading,
    verdicts: Verdicts,
    columns: Columns,
    hours: MarketHours,
) -> ImportReport:
    """What was found in a file.

    Raises:
        BadData: If no row is usable.
    """
    noticed = _noticed(reading, verdicts.kept, target.tick_paise)
    examples = _examples(source, reading, verdicts, noticed)
    dropped = verdicts.dropped()
    if not len(columns):
        reasons = ", ".join(f"{count} {rule}" for rule, count in dropped.items())
        raise BadData(source.name, f"has no usable bar of {target.name}: {reasons}")
    days = coverage(columns.start_ns, hours, timeframe)
    present = [day for day in days if day.present]
    holes, silent = holes_of(present, target.key)
    counts = dropped | {name: int(mask.sum()) for name, mask in noticed.items()}
    return ImportReport(
        file=source.name,
        sha256=sha256(source),
        instrument=f"{target.name} ({target.key})",
        timeframe=timeframe.value,
        labels=reading.labels,
        zone=reading.zone,
        units=reading.units,
        notices=reading.notices,
        rows=len(verdicts.codes),
        kept=len(columns),
        dropped=dropped,
        examples=examples,
        quality=counted(Gate.IMPORT, counts),
        first_day=str(days[0].date),
        last_day=str(days[-1].date),
        days=len(present),
        missing_days=tuple(str(day.date) for day in days if not day.present),
        holes=holes,
        silent=silent,
    )


def holes_of(days: Iterable[DayCoverage], key: str) -> tuple[tuple[DayCoverage, ...], int]:
    """The days that lack bars, or how many bars are a silence where there may be one."""
    holes = tuple(day for day in days if day.missing and day.present)
    if not may_be_silent(key):
        return holes, 0
    return (), sum(day.expected - day.present for day in holes)


def _noticed(reading: Reading, kept: Mask, tick_paise: int) -> dict[str, Mask]:
    """What is kept and yet worth a word."""
    return {
        "off_grid": kept & (reading.paise % tick_paise != 0).any(axis=1),
        "rounded": kept & reading.rounded,
        "unsorted": kept & reading.unsorted,
    }


def _examples(
    source: Source, reading: Reading, verdicts: Verdicts, noticed: dict[str, Mask]
) -> dict[str, str]:
    first = {name: int(verdicts.rows(name)[0]) for name in verdicts.dropped()}
    first |= {name: int(np.argmax(mask)) for name, mask in noticed.items() if mask.any()}
    return {name: example(source, reading, row) for name, row in first.items()}


def example(source: Source, reading: Reading, row: int) -> str:
    """Where a row stands and when it says it is."""
    if reading.rows.missing_time[row]:
        return source.place(row)
    return f"{source.place(row)} ({show_time(int(reading.rows.start_ns[row]))[:16]})"


def sha256(source: Source) -> str:
    """The file's hash, in hex."""
    with source.path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
