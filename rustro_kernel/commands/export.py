"""`rustro data export`: ticks, bars, chains and trades as Parquet or CSV."""

import datetime as dt
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from rustro_kernel.commands.data import Answer, Place, dates
from rustro_kernel.data import recorded, run_tables
from rustro_kernel.data.files import write_table
from rustro_kernel.data.importing.target import target
from rustro_kernel.data.longer_bars import load
from rustro_kernel.data.tables import bars_table
from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.errors import BadData, BadUsage
from rustro_kernel.domain.market_time import midnight_ns
from rustro_kernel.records.bars.reader import BarReader
from rustro_kernel.records.run_folder import run_folder

FROM_A_RUN = {
    "ticks": run_tables.ticks_table,
    "bars": recorded.bars_of_run,
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
    if wanted.run is not None:
        return _of_run(what, wanted.run, wanted, where)
    if what == "bars":
        return _bars(wanted, where)
    if what == "chains":
        return _bhavcopies(wanted, where)
    raise BadUsage(f"export {what} wants --run RUN_DIR: {what} are those of a run")


def _of_run(what: str, run: Path, wanted: Wanted, where: Place) -> pa.Table:
    """A run is of one day; of its bars and ticks one instrument's may be wanted."""
    if wanted.first or wanted.last:
        raise BadUsage("export --run: a run is of one day, --from and --until are of the store")
    if wanted.name and what not in ("bars", "ticks"):
        raise BadUsage(f"export {what} --run: those of the whole run, without --as")
    table = FROM_A_RUN[what](run_folder(run))
    if what == "bars":
        table = table.filter(pc.equal(table["timeframe"], wanted.timeframe.value))
    if wanted.name:
        key = target(wanted.name, where.rules).key
        table = table.filter(pc.equal(table["instrument"].cast(pa.string()), key))
    return table


def _bars(wanted: Wanted, where: Place) -> pa.Table:
    if wanted.name is None:
        raise BadUsage("export bars wants --as: NIFTY, INDIAVIX, or EXCHANGE:TOKEN")
    key, frame = target(wanted.name, where.rules).key, wanted.timeframe
    start, end = dates(wanted.first, wanted.last)
    span = midnight_ns(start), midnight_ns(end + dt.timedelta(1))
    columns = load(BarReader(where.store), key, frame, span, where.rules, where.anchor)
    if not len(columns):
        raise BadData(str(where.store), f"holds no {frame.value} bars of {wanted.name} there")
    return bars_table(key, frame, columns)


def _bhavcopies(wanted: Wanted, where: Place) -> pa.Table:
    if wanted.name is not None:
        raise BadUsage("export chains: a bhavcopy is exported whole, without --as")
    start, end = dates(wanted.first, wanted.last)
    found = sorted((where.folder / "chains").glob("*/*.parquet"))
    paths = [path for path in found if start <= dt.date.fromisoformat(path.stem) <= end]
    if not paths:
        raise BadData(str(where.folder / "chains"), "holds no bhavcopy of these dates")
    return pa.concat_tables([pq.read_table(path) for path in paths])
