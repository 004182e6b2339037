"""Reads a Parquet or CSV file of 1m bars, as it is, into an Arrow table."""

from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from rustro_kernel.domain.errors import BadData

PRICES = ("open", "high", "low", "close")
COLUMNS = ("ts", *PRICES)


def read_table(path: Path) -> pa.Table:
    """The columns ts, open, high, low, close of a bar file.

    Raises:
        BadData: If there is no such file, it cannot be read, or a column is missing or of the
            wrong type.
    """
    table = _read(path)
    missing = [name for name in COLUMNS if name not in table.column_names]
    if missing:
        has = ", ".join(table.column_names)
        raise BadData(path.name, f"has no column {', '.join(missing)}; its columns are {has}")
    table = table.select(COLUMNS)
    _check_types(path.name, table.schema)
    return table


def _read(path: Path) -> pa.Table:
    if not path.is_file():
        raise BadData(str(path), "is a folder, not a file" if path.is_dir() else "no such file")
    try:
        return _read_csv(path) if path.suffix.lower() == ".csv" else pq.ParquetFile(path).read()
    except (pa.ArrowException, OSError) as exc:
        reason = str(exc).partition("\n")[0].rstrip(". ")
        raise BadData(path.name, f"cannot be read as {_format(path)}: {reason}") from exc


def _read_csv(path: Path) -> pa.Table:
    with path.open("rb") as file:
        if not file.read(1):
            return pa.table({})
    return pa_csv.read_csv(path)


def _format(path: Path) -> str:
    return "CSV" if path.suffix.lower() == ".csv" else "Parquet"


def _check_types(source: str, schema: pa.Schema) -> None:
    ts = schema.field("ts").type
    if not pa.types.is_timestamp(ts):
        raise BadData(source, f"column ts must hold timestamps, it holds {ts}")
    if ts.tz is None:
        raise BadData(source, "timestamps in ts have no time zone; they need one, such as +05:30")
    for name in PRICES:
        kind = schema.field(name).type
        if not (pa.types.is_floating(kind) or pa.types.is_integer(kind)):
            raise BadData(source, f"column {name} must hold numbers, it holds {kind}")
