"""Says, in one sentence, what is wrong with the rows of a bar file."""

import numpy as np

from rustro_kernel.domain.market_time import MINUTE, show_time
from rustro_kernel.simulator.minute_bars import Floats, Ints, Mask

MAX_RUPEES = 1e9


def problem(ts_ns: Ints, missing_ts: Mask, ohlc: Floats) -> str:
    """The first problem of the rows, of which there is at least one; "" if there is none.

    Args:
        ts_ns: Bar starts, ns since the epoch.
        missing_ts: Rows without a timestamp.
        ohlc: Open, high, low, close in rupees, one row a bar; NaN where missing.
    """
    if missing_ts.any():
        return f"row {_first(missing_ts)} has no timestamp"
    for found, sentence in _checks(ts_ns, ohlc):
        if found.any():
            row = _first(found)
            return f"row {row} ({show_time(int(ts_ns[row - 1]))[:16]}) {sentence}"
    return ""


def _checks(ts_ns: Ints, ohlc: Floats) -> list[tuple[Mask, str]]:
    opened, high, low, close = ohlc.T
    step = np.diff(ts_ns, prepend=ts_ns[0] - 1)
    outside = (high < np.maximum(opened, close)) | (low > np.minimum(opened, close))
    return [
        (~np.isfinite(ohlc).all(axis=1), "has a price that is missing or not a number"),
        ((ohlc <= 0).any(axis=1), "has a price that is not above zero"),
        ((ohlc > MAX_RUPEES).any(axis=1), "has a price beyond any index"),
        (step < 0, "is earlier than the row above it; rows must be sorted by ts"),
        (step == 0, "repeats the ts of the row above it; every minute may occur once"),
        (ts_ns % MINUTE != 0, "does not start at a full minute; rows must be 1m bars"),
        (outside | (high < low), "has a high or low that does not enclose its open and close"),
    ]


def _first(found: Mask) -> int:
    """The number of the first row found; the file's first row is 1."""
    return int(np.argmax(found)) + 1
