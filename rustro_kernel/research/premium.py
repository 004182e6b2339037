"""What an option was worth at the moments of a backtest's minutes, where real bars say so.

A minute has four moments: open, the two extremes, close. In a minute with a real bar the option is
at its own open and close there; where the index is at its high a call is at its own high and a put
at its low, and the other way round. In a minute without one the model stands in, led by the day's
last real close before it (times real/modelled), so that a premium does not jump because nobody
traded. Before the day's first real bar it is the model alone.

A trade counts as real only if every minute from its entry to its exit had a bar of its own.
"""

from enum import Enum

import numpy as np

from rustro_kernel.bar_files.arrays import Floats, Ints, Mask
from rustro_kernel.domain.instruments import Right
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.research.option_bars import Minutes, OptionBars

OPEN, HIGH, LOW, CLOSE = range(4)


class Source(Enum):
    """Where the premiums of a trade came from."""

    REAL = "real"
    MODELLED = "modelled"
    RECORDED = "recorded"


def real_first(model: Floats, spot: Ints, start_ns: Ints, series: Minutes, right: Right) -> Floats:
    """Fair premiums in paise: one row a minute of a whole day, one column a moment.

    `model` and `spot` (paise; 0 where the index has no bar) have that shape too.
    """
    ohlc, found = series.rows(start_ns)
    real = _moments(ohlc, spot, is_call=right is Right.CE)
    lead = _lead(real, model, found & (spot[:, -1] > 0))
    fair: Floats = np.where(found[:, None], real, model * lead[:, None])
    return fair


def source(bars: OptionBars | None, trade: PositionClosed) -> Source:
    """What a trade was priced by."""
    right, first = Right(trade.right), trade.entry_ns - trade.entry_ns % MINUTE
    series = bars.minutes(trade.expiry, trade.strike_paise, right) if bars else None
    if series is None:
        return Source.MODELLED
    _, found = series.rows(np.arange(first, trade.exit_ns + 1, MINUTE))
    return Source.REAL if found.all() else Source.MODELLED


def _moments(ohlc: Ints, spot: Ints, *, is_call: bool) -> Floats:
    """A bar's prices in the order of the index's: open, its two extremes, close."""
    is_high_first = spot[:, 1] > spot[:, 2]
    is_dear_first = is_high_first if is_call else ~is_high_first
    first = np.where(is_dear_first, ohlc[:, HIGH], ohlc[:, LOW])
    second = np.where(is_dear_first, ohlc[:, LOW], ohlc[:, HIGH])
    return np.column_stack((ohlc[:, OPEN], first, second, ohlc[:, CLOSE])).astype(np.float64)


def _lead(real: Floats, model: Floats, known: Mask) -> Floats:
    """For each minute real over modelled at the last close before it with both; 1 before."""
    last = np.maximum.accumulate(np.where(known, np.arange(len(known)), -1))
    row = np.maximum(last, 0)
    ratio = real[row, -1] / np.maximum(model[row, -1], 1.0)
    led: Floats = np.where(last >= 0, ratio, 1.0)
    return led
