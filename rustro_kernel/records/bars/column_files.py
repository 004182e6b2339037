"""Closed days in Parquet: one file an instrument, timeframe and period, replaced as a whole.

The file's metadata tells for each of its days how many bars it has and where they came from, so
that coverage is known without reading a bar.
"""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from rustro_kernel.domain.errors import DamagedRecord
from rustro_kernel.records.bars.columns import NAMES, Columns, empty
from rustro_kernel.records.files import write_whole


class StoredDay(msgspec.Struct, frozen=True):
    """What is kept of one day of one instrument and timeframe."""

    bars: int
    source: str


Days = dict[str, StoredDay]
"""Stored days by ISO date."""

_META = b"rustro.days"
_decoder = msgspec.json.Decoder(Days)
_STEPS = dict.fromkeys(NAMES[:-1], "DELTA_BINARY_PACKED")
"""Starts and prices differ little from row to row; flags are a dictionary of one or two values."""


def read_columns(path: Path) -> Columns:
    """Every bar of a file; none if there is no file.

    Raises:
        DamagedRecord: If the file cannot be read.
    """
    if not path.exists():
        return empty()
    try:
        with pq.ParquetFile(path) as file:
            table = file.read(columns=list(NAMES), use_threads=False)
        return Columns(*(_ints(table.column(name)) for name in NAMES))
    except (pa.ArrowException, OSError, KeyError) as exc:
        raise DamagedRecord(str(path), 0, str(exc).partition("\n")[0]) from exc


def read_days(path: Path) -> Days:
    """What a file says of its days; nothing if there is no file.

    Raises:
        DamagedRecord: If the file cannot be read.
    """
    if not path.exists():
        return {}
    try:
        metadata = pq.read_metadata(path).metadata or {}
        return _decoder.decode(metadata[_META])
    except (pa.ArrowException, OSError, KeyError, ValueError) as exc:
        raise DamagedRecord(str(path), 0, str(exc).partition("\n")[0]) from exc


def write_columns(
    path: Path, key: str, timeframe: str, columns: Columns, days: Mapping[str, StoredDay]
) -> None:
    """Replace a file; readers have the old one or the new one."""
    count = len(columns)
    names = {"instrument": _constant(key, count), "timeframe": _constant(timeframe, count)}
    table = pa.table({**names, **dict(zip(NAMES, columns.arrays(), strict=True))})
    table = table.replace_schema_metadata({_META: msgspec.json.encode(dict(sorted(days.items())))})
    packed = BytesIO()
    pq.write_table(
        table,
        packed,
        compression="zstd",
        compression_level=3,
        use_dictionary=[*names, "flags"],
        column_encoding=_STEPS,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, packed.getvalue())


def _constant(value: str, count: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), [value])


def _ints(column: pa.ChunkedArray) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """From the buffers: Arrow's own conversion loads pandas."""
    parts = [
        np.frombuffer(chunk.buffers()[1], np.int64, count=len(chunk), offset=chunk.offset * 8)
        for chunk in column.chunks
        if len(chunk)
    ]
    if len(parts) == 1:
        return parts[0]
    return np.concatenate([np.empty(0, np.int64), *parts])
