"""The bars of a file as they are: nothing dropped, nothing sorted, nothing judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rustro_kernel.bar_files.arrays import Floats
from rustro_kernel.bar_files.arrow_columns import floats
from rustro_kernel.bar_files.columns import Columns, find_columns
from rustro_kernel.bar_files.dates import Stamps, read_stamps
from rustro_kernel.bar_files.source import Source, read_source
from rustro_kernel.domain.errors import BadData

GROUPED = r"^[-+]?\d{1,3}(,\d{2,3})*,\d{3}(\.\d*)?$"
"""A number such as 1,234.50 or 1,23,456.50; a comma anywhere else may be a decimal one."""


@dataclass(frozen=True)
class RawBars:
    """Columns of one length. NaN where a cell is missing; a column the file lacks is None."""

    source: Source
    columns: Columns
    stamps: Stamps
    ohlc: Floats  # one row a bar, in the file's unit
    volume: Floats | None
    oi: Floats | None

    def __len__(self) -> int:
        return len(self.ohlc)


def read(
    path: Path,
    said: Mapping[str, str] | None = None,
    order: str | None = None,
    symbol: str | None = None,
) -> RawBars:
    """Read a file of bars.

    Args:
        path: Parquet, feather, CSV or vendor text, packed by gzip or zip or not.
        said: The file's column names by ours, where they are unusual.
        order: "dmy" or "mdy", for dates that can be read in two ways.
        symbol: Which one of several.

    Raises:
        BadData: If it cannot be read; it says what, and in which line and column.
    """
    return from_source(read_source(path), said, order, symbol)


def from_source(
    source: Source,
    said: Mapping[str, str] | None = None,
    order: str | None = None,
    symbol: str | None = None,
) -> RawBars:
    """The same of what was read already."""
    columns = find_columns(source, said)
    source = _one_symbol(source, columns, symbol)
    prices = [read_numbers(source, name) for name in columns.prices]
    return RawBars(
        source,
        columns,
        read_stamps(source, columns.times, order),
        np.column_stack(prices),
        read_numbers(source, columns.volume) if columns.volume else None,
        read_numbers(source, columns.oi) if columns.oi else None,
    )


def _one_symbol(source: Source, columns: Columns, symbol: str | None) -> Source:
    if columns.symbol is None:
        return source
    held = source.table[columns.symbol].cast(pa.string())
    names = sorted(str(name) for name in pc.unique(held).to_pylist())
    if symbol is None and len(names) == 1:
        return source
    if symbol not in names:
        shown = ", ".join(names[:6]) + (", ..." if len(names) > 6 else "")
        raise BadData(source.name, f"holds {len(names)} symbols: {shown}; say --symbol NAME")
    return source.only(pc.equal(held, symbol))


def read_numbers(source: Source, name: str) -> Floats:
    """A column of numbers; NaN where a cell is missing.

    Raises:
        BadData: If a cell is something else.
    """
    column = source.table[name]
    kind = column.type
    if pa.types.is_string(kind) and source.text:
        return _parsed(source, name, column)
    if not (pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind)):
        raise BadData(source.name, f"column {name} must hold numbers, it holds {kind}")
    return floats(column)


def _parsed(source: Source, name: str, column: pa.ChunkedArray) -> Floats:
    trimmed = pc.utf8_trim_whitespace(column)
    grouped = pc.match_substring_regex(trimmed, GROUPED)
    plain = pc.if_else(grouped, pc.replace_substring(trimmed, ",", ""), trimmed)
    try:
        return floats(plain)
    except pa.ArrowInvalid:
        row = next(n for n, text in enumerate(plain.to_pylist()) if not _is_number(text))
        raise source.bad(row, name, f"is no number: {column[row].as_py()!r}") from None


def _is_number(text: str | None) -> bool:
    try:
        float(text or 0)
    except ValueError:
        return False
    return True
