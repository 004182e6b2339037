"""`rustro data export`: ticks, bars, chains and trades as Parquet or CSV."""

import datetime as dt
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from rustro_kernel.commands.data import Answer, Place, dates
from rustro_kernel.commands.records import run_folder
from rustro_kernel.data import recorded, run_tables
from rustro_kernel.data.files import write_table
from rustro_kernel.data.importing.target import target
from rustro_kernel.data.tables import bars_table
from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.errors import BadData, BadUsage
from rustro_kernel.domain.market_time import midnight_ns
from rustro_kernel.records.bars.reader import BarReader

FROM_A_RUN = {
    "ticks": run_tables.ticks_table,
    "chains": run_tables.chains_table,
    "trades": recorded.trades,
}
WHAT = ("ticks", "bars", "chains", "trades")


class Wanted(NamedTuple):
    """What the command line asks for."""

    run: Path | None
    name: str | None  # of the instrument
    timeframe: Timeframe
    first: str | None
    last: str | None


def export(what: str, to: Path, wanted: Wanted, where: Place) -> Answer:
    """Write one of the four to a file."""
    if what not in WHAT:
        raise BadUsage(f"export {what}: is none of {', '.join(WHAT)}")
    table = _table(what, wanted, where)
    write_table(table, to)
    return 0, f"{to}: {table.num_rows} rows of {what}, {table.num_columns} columns"


def _table(what: str, wanted: Wanted, where: Place) -> pa.Table:
    if what == "bars":
        return _bars(wanted, where)
    if wanted.run is not None:
        return FROM_A_RUN[what](run_folder(wanted.run))
    if what == "chains":
        return _bhavcopies(wanted, where)
    raise BadUsage(f"export {what} wants --run RUN_DIR: {what} are those of a run")


def _bars(wanted: Wanted, where: Place) -> pa.Table:
    if wanted.name is None:
        raise BadUsage("export bars wants --as: NIFTY, INDIAVIX, or EXCHANGE:TOKEN")
    key, frame = target(wanted.name, where.rules).key, wanted.timeframe
    start, end = dates(wanted.first, wanted.last)
    span = midnight_ns(start), midnight_ns(end + dt.timedelta(1))
    columns = BarReader(where.store).load(key, frame, *span)
    if not len(columns):
        raise BadData(str(where.store), f"holds no {frame.value} bars of {wanted.name} there")
    return bars_table(key, frame, columns)


def _bhavcopies(wanted: Wanted, where: Place) -> pa.Table:
    start, end = dates(wanted.first, wanted.last)
    found = sorted((where.folder / "chains").glob("*/*.parquet"))
    paths = [path for path in found if start <= dt.date.fromisoformat(path.stem) <= end]
    if not paths:
        raise BadData(str(where.folder / "chains"), "holds no bhavcopy of these dates")
    return pa.concat_tables([pq.read_table(path) for path in paths])
