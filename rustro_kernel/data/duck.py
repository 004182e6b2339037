"""What was recorded, for SQL: a DuckDB connection with views over runs and the bar store.

    from rustro_kernel.data import duck
    db = duck.connect("runs/2026-07-15-sim-main-1", "state")
    db.sql("select type, count(*) from events group by 1").df()

Views of a run: `events` (the ledger; `data ->> 'net_paise'` reads a field), `ticks`, `trades`, and
`bars` as the run stated them. Of a state folder: `bars`, of all runs. Every `_ist` is a time of
day in India without a zone; prices are in paise.
"""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from rustro_kernel.data import recorded
from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.domain.market_time import IST_OFFSET
from rustro_kernel.records import layout

EVENTS = """
create view events as select *, make_timestamp_ns(ts + {offset}) as ist
from read_json('{path}', format = 'newline_delimited', ignore_errors = true, columns = {{
    seq: 'BIGINT', input: 'BIGINT', ts: 'BIGINT', type: 'VARCHAR', cause: 'BIGINT',
    key: 'VARCHAR', data: 'JSON', hash: 'VARCHAR'}})
"""


def connect(*folders: str | Path) -> duckdb.DuckDBPyConnection:
    """A connection in memory with the views of a run, of a state folder, or of one of each.

    With both, `bars` are those of the state folder. The views show what was on disk at this
    moment; only `events` follows a run that goes on.

    Raises:
        BadData: If a folder is neither.
        BadUsage: If there are two of a kind.
    """
    paths = [Path(folder) for folder in folders]
    runs = [path for path in paths if recorded.is_run(path)]
    stores = [recorded.store_in(path) for path in paths if path not in runs]
    if len(runs) > 1 or len(stores) > 1:
        raise BadUsage("connect one run folder, one state folder, or one of each")
    found = duckdb.connect()
    for run in runs:
        _add_run(found, run)
    for store in stores:
        found.register("bars", _clocks(recorded.bars_of_store(store)))
    return found


def _add_run(to: duckdb.DuckDBPyConnection, run: Path) -> None:
    path = str(run / layout.EVENTS).replace("'", "''")
    to.execute(EVENTS.format(path=path, offset=IST_OFFSET))
    to.register("ticks", _clocks(recorded.ticks(run)))
    to.register("trades", _clocks(recorded.trades(run)))
    to.register("bars", _clocks(recorded.bars_of_run(run)))


def _clocks(table: pa.Table) -> pa.Table:
    """Times without their zone: with it, DuckDB shows them in that of the computer."""
    for place, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            shifted = pc.add(table.column(place).cast(pa.int64()), IST_OFFSET)
            table = table.set_column(place, field.name, shifted.cast(pa.timestamp("ns")))
    return table
