"""What can be wrong with a bar, each rule as a mask over all rows of a file."""

import numpy as np

from rustro_kernel.bar_files.arrays import Floats, Mask

MAX_RUPEES = 1e9


def price_flaws(ohlc: Floats) -> dict[str, Mask]:
    """Which rows break which rule of `domain.quality`, the worst rule first.

    Args:
        ohlc: Open, high, low, close in rupees, one row a bar; NaN where missing.
    """
    opened, high, low, close = ohlc.T
    outside = (high < np.maximum(opened, close)) | (low > np.minimum(opened, close))
    return {
        "no_price": ~np.isfinite(ohlc).all(axis=1),
        "bad_price": ((ohlc <= 0) | (ohlc > MAX_RUPEES)).any(axis=1),
        "ohlc": outside | (high < low),
    }
