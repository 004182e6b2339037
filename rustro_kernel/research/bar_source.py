"""Bars from a path or a DataFrame, by the same rules, and the VIX beside them.

What cannot be played is refused.
"""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from rustro_kernel.bar_files import raw
from rustro_kernel.bar_files.source import Source
from rustro_kernel.config import Config
from rustro_kernel.domain.errors import BadData
from rustro_kernel.simulator.bar_file import BarFile
from rustro_kernel.simulator.configured import VIX_BESIDE

FRAME = Path("DataFrame")
"""What sentences call bars that come from no file."""


def bar_file(data: object) -> BarFile:
    """The bars, checked.

    Raises:
        BadData: If they cannot be used, or are neither a path nor a DataFrame.
    """
    if isinstance(data, pd.DataFrame):
        return _of_frame(data)
    if isinstance(data, str | Path):
        return BarFile.read(Path(data).expanduser())
    raise BadData("data", f"is a path, a DataFrame or a History, got {type(data).__name__}")


def vix_file(cfg: Config, data: Path) -> Path | None:
    """The file of daily VIX: the one that is configured, or the one beside the bars."""
    if cfg.sim.vix_data is not None:
        return cfg.sim.vix_data
    beside = data.parent / VIX_BESIDE
    return beside if data.is_file() and beside.is_file() else None


def _of_frame(frame: pd.DataFrame) -> BarFile:
    if isinstance(frame.index, pd.DatetimeIndex):
        frame = frame.rename_axis(
            index=str(frame.index.name) if frame.index.name is not None else "ts"
        ).reset_index()
    if frame.empty:
        raise BadData(str(FRAME), "has no rows")
    if not frame.columns.is_unique:
        twice = ", ".join(map(str, frame.columns[frame.columns.duplicated()].unique()))
        raise BadData(str(FRAME), f"has more than one column {twice}")
    try:
        table = pa.Table.from_pandas(frame, preserve_index=False)
    except pa.ArrowException as exc:
        reason = str(exc).partition("\n")[0]
        raise BadData(str(FRAME), f"has a column of mixed kinds: {reason}") from exc
    bars = raw.from_source(Source(FRAME, table))
    content = hashlib.sha256(bars.stamps.ns.tobytes())
    content.update(np.ascontiguousarray(bars.ohlc).tobytes())
    return BarFile.of(bars, content.hexdigest())
