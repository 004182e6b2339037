"""Bars as an Arrow table: every column says its unit."""

import pyarrow as pa

from rustro_kernel.bar_files.arrays import Ints
from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.records.bars.columns import AUCTION, CORRECTED, SPECIAL, STUB, SYNTHETIC, Columns

IST = pa.timestamp("ns", "Asia/Kolkata")
MARKS = {
    "auction": AUCTION,
    "corrected": CORRECTED,
    "stub": STUB,
    "special_day": SPECIAL,
    "synthetic": SYNTHETIC,
}


def bars_table(key: InstrumentKey, timeframe: Timeframe, columns: Columns) -> pa.Table:
    """Bars of the store."""
    count = len(columns)
    marks = {name: pa.array((columns.flags & bit) != 0) for name, bit in MARKS.items()}
    return pa.table(
        {
            "instrument": pa.array([key] * count, pa.string()),
            "timeframe": pa.array([timeframe.value] * count, pa.string()),
            "start_ist": _times(columns.start_ns),
            "open_paise": columns.open_paise,
            "high_paise": columns.high_paise,
            "low_paise": columns.low_paise,
            "close_paise": columns.close_paise,
            "volume_units": columns.volume,
            **marks,
        }
    )


def _times(ns: Ints) -> pa.Array:
    return pa.array(ns, pa.int64()).cast(IST)
