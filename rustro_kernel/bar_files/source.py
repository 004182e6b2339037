"""A file as a table: Parquet, feather, or text whose cells stay text until somebody needs them."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.feather as feather
import pyarrow.parquet as pq

from rustro_kernel.bar_files.headless import names_of
from rustro_kernel.bar_files.packed import unpacked
from rustro_kernel.domain.errors import BadData

NOTHING = ["", "-", "nan", "NaN", "NAN", "null", "NULL", "None", "NA", "N/A"]


@dataclass(frozen=True)
class Source:
    """The rows of a file. Row numbers begin at 0."""

    path: Path
    table: pa.Table
    text: bytes = b""  # of a text file, unpacked
    header: int = 0  # lines above the first row, of a text file
    rows: tuple[int, ...] | None = None  # the numbers in the file, where some were left out

    @property
    def name(self) -> str:
        """The file's name, for sentences."""
        return self.path.name

    def place(self, row: int) -> str:
        """Where a row stands, as its reader would count."""
        row = row if self.rows is None else self.rows[row]
        if not self.text:
            return f"row {row + 1}"
        seen = -1
        for number, line in enumerate(self.text.splitlines(), 1):
            seen += bool(line.strip())
            if seen == row + self.header:
                return f"line {number}"
        return f"row {row + 1}"

    def only(self, wanted: pa.ChunkedArray) -> "Source":
        """The rows of a mask."""
        rows = tuple(n for n, is_wanted in enumerate(wanted.to_pylist()) if is_wanted)
        return replace(self, table=self.table.filter(wanted), rows=rows)

    def bad(self, row: int, column: str, problem: str) -> BadData:
        """The refusal of one cell."""
        return BadData(self.name, f"{self.place(row)}, column {column} {problem}")


def read_source(path: Path) -> Source:
    """Read a file, whatever it is.

    Raises:
        BadData: If there is no such file, it cannot be read or holds no rows.
    """
    if not path.is_file():
        raise BadData(str(path), "is a folder, not a file" if path.is_dir() else "no such file")
    kind, read = _kind(path)
    try:
        source = read(path)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as exc:
        reason = str(exc).partition("\n")[0].rstrip(". ")
        raise BadData(path.name, f"cannot be read as {kind}: {reason}") from exc
    if not source.table.num_rows:
        raise BadData(path.name, "has no rows")
    return source


def _kind(path: Path) -> tuple[str, Callable[[Path], Source]]:
    try:
        with path.open("rb") as file:
            magic = file.read(6)
    except OSError as exc:
        raise BadData(path.name, f"cannot be read: {exc.strerror}") from exc
    suffix = path.suffix.lower()
    if suffix in (".parquet", ".pq") or magic[:4] == b"PAR1":
        return "Parquet", _parquet
    if suffix in (".feather", ".arrow") or magic == b"ARROW1":
        return "feather", _feather
    return "CSV", _text


def _parquet(path: Path) -> Source:
    with pq.ParquetFile(path) as file:
        return Source(path, file.read())


def _feather(path: Path) -> Source:
    return Source(path, feather.read_table(path, memory_map=False))


def _text(path: Path) -> Source:
    content = unpacked(path.name, path.read_bytes())
    text = content.decode("utf-8-sig")  # refused as a whole if it is no text
    line = next((line for line in text.splitlines() if line.strip()), None)
    if line is None:
        raise BadData(path.name, "is empty")
    if line.lstrip()[0] in "{[":
        raise BadData(path.name, "is JSON; bars come as Parquet, feather or text with columns")
    mark = max(",;\t|", key=line.count)
    cells = [cell.strip() for cell in next(csv.reader([line], delimiter=mark))]
    found = names_of(cells)
    rows = _cells(path, content, len(cells), mark)
    if found:
        return Source(path, pa.table(rows, names=found), content)
    body = [column.slice(1) for column in rows]
    return Source(path, pa.table(body, names=cells), content, header=1)


def _cells(path: Path, content: bytes, width: int, mark: str) -> list[pa.ChunkedArray]:
    """Every cell of a text file, the header's included, as text."""
    broken: list[pa_csv.InvalidRow] = []

    def remember(row: pa_csv.InvalidRow) -> str:
        broken.append(row)
        return "skip"

    numbered = [str(n) for n in range(width)]
    table = pa_csv.read_csv(
        io.BytesIO(content),
        pa_csv.ReadOptions(use_threads=False, column_names=numbered),
        pa_csv.ParseOptions(delimiter=mark, invalid_row_handler=remember),
        pa_csv.ConvertOptions(
            column_types=dict.fromkeys(numbered, pa.string()),
            null_values=NOTHING,
            strings_can_be_null=True,
        ),
    )
    if broken:
        row, place = broken[0], Source(path, table, content).place(broken[0].number - 1)
        problem = f"has {row.actual_columns} cells, the first line has {row.expected_columns}"
        raise BadData(path.name, f"{place} {problem}")
    return list(table.columns)
