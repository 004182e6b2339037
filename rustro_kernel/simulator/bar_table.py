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
        BadData: If there is no such file, it cannot be read or is empty, or a column is missing
            or of the wrong type.
    """
    table = _read(path)
    _check_names(path.name, table.column_names)
    if not table.num_rows:
        raise BadData(path.name, "has no rows")
    table = table.select(COLUMNS)
    _check_types(path.name, table.schema)
    return table


def _read(path: Path) -> pa.Table:
    if not path.is_file():
        raise BadData(str(path), "is a folder, not a file" if path.is_dir() else "no such file")
    try:
        return _read_csv(path) if path.suffix.lower() == ".csv" else _read_parquet(path)
    except (pa.ArrowException, OSError) as exc:
        reason = str(exc).partition("\n")[0].rstrip(". ")
        raise BadData(path.name, f"cannot be read as {_format(path)}: {reason}") from exc


def _read_csv(path: Path) -> pa.Table:
    with path.open("rb") as file:
        if not file.read(1):
            raise BadData(path.name, "is empty")
    return pa_csv.read_csv(path)


def _read_parquet(path: Path) -> pa.Table:
    with pq.ParquetFile(path) as file:
        return file.read()


def _format(path: Path) -> str:
    return "CSV" if path.suffix.lower() == ".csv" else "Parquet"


def _check_names(source: str, names: list[str]) -> None:
    for count, problem in ((0, "has no column"), (2, "has more than one column")):
        found = [name for name in COLUMNS if min(names.count(name), 2) == count]
        if found:
            columns = ", ".join(names)
            raise BadData(source, f"{problem} {', '.join(found)}; its columns are {columns}")


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
