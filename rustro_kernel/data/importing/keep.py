"""What is kept of an import: its report, and the rows it dropped with the reason of each."""

from pathlib import Path

import msgspec
import pyarrow as pa

from rustro_kernel.data.files import write_table
from rustro_kernel.data.importing.bars import Examined
from rustro_kernel.data.importing.bhavcopy import BhavcopyReport
from rustro_kernel.data.importing.figures import example
from rustro_kernel.data.importing.report import ImportReport
from rustro_kernel.data.importing.sieve import NAMES
from rustro_kernel.records.files import write_whole


def keep_dropped(report: ImportReport | BhavcopyReport, dropped: pa.Table, folder: Path) -> Path:
    """Write `<file>-<hash>.json` and `.dropped.csv`; returns the first."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{report.file}-{report.sha256[:8]}.json"
    write_whole(path, msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")
    write_table(dropped, path.with_suffix(".dropped.csv"))
    return path


def dropped_table(found: Examined) -> pa.Table:
    """The quarantine: one line a dropped row, in the order of the rules."""
    picked = [
        (name, int(row)) for name in found.verdicts.dropped() for row in found.verdicts.rows(name)
    ]
    assert {name for name, _ in picked} <= set(NAMES)
    rows = [row for _, row in picked]
    rupees = found.reading.rows.rupees[rows]
    return pa.table(
        {
            "where": [example(found.source, found.reading, row) for row in rows],
            "rule": pa.array([name for name, _ in picked], pa.string()),
            **{
                f"{name}_rupees": rupees[:, n]
                for n, name in enumerate(("open", "high", "low", "close"))
            },
        }
    )
