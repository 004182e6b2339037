"""Arrow columns as numpy arrays, from their buffers: Arrow's own conversion loads pandas."""

import numpy as np
import pyarrow as pa

from rustro_kernel.bar_files.arrays import Floats, Ints, Mask


def floats(column: pa.ChunkedArray) -> Floats:
    """A column of numbers; NaN where a value is missing."""
    values = np.array(_buffer(column.cast(pa.float64()), "f8"))
    values[missing(column)] = np.nan
    return values


def epoch_ns(column: pa.ChunkedArray) -> Ints:
    """A column of timestamps as ns since the epoch; anything where a value is missing."""
    whole = column.cast(pa.timestamp("ns", column.type.tz)).cast(pa.int64())
    return np.array(_buffer(whole, "i8"))


def epoch_days(column: pa.ChunkedArray) -> Ints:
    """A column of dates, or of timestamps without a zone, as days since 1970-01-01."""
    return _buffer(column.cast(pa.date32()), "i4").astype(np.int64)


def missing(column: pa.ChunkedArray) -> Mask:
    """Where a column has no value."""
    if not column.null_count:
        return np.zeros(len(column), dtype=np.bool_)
    return _buffer(column.is_null().cast(pa.int8()), "i1").astype(np.bool_)


def _buffer(column: pa.ChunkedArray, dtype: str) -> np.ndarray[tuple[int], np.dtype[np.generic]]:
    parts = [_chunk(chunk, np.dtype(dtype)) for chunk in column.chunks if len(chunk)]
    return np.concatenate([np.empty(0, dtype), *parts])


def _chunk(
    chunk: pa.Array, dtype: np.dtype[np.generic]
) -> np.ndarray[tuple[int], np.dtype[np.generic]]:
    offset = chunk.offset * dtype.itemsize
    return np.frombuffer(chunk.buffers()[1], dtype, count=len(chunk), offset=offset)
