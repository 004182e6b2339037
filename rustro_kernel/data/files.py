"""Tables to files, whole or not at all."""

from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.records.files import write_whole


def write_table(table: pa.Table, path: Path) -> None:
    """Write Parquet or CSV, as the file's name says.

    Raises:
        BadUsage: If it says neither.
    """
    packed = BytesIO()
    if path.suffix.lower() == ".parquet":
        pq.write_table(table, packed, compression="zstd")
    elif path.suffix.lower() == ".csv":
        pa_csv.write_csv(table, packed)
    else:
        raise BadUsage(f"--to {path.name}: the name must end in .parquet or .csv")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, packed.getvalue())
