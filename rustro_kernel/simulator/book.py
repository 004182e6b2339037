"""Quotes around a fair price, and the book behind them."""

import numpy as np

from rustro_kernel.domain.ticks import Depth, Level
from rustro_kernel.simulator.minute_bars import Floats, Ints

LEVELS = 5


def two_sided(fair: Floats, width: Floats, tick: int) -> tuple[Ints, Ints]:
    """Bid and ask in paise on the tick, at least a tick apart, around a fair price.

    `width` is the wanted distance in paise. A bid that would be below one tick is 0: no bid.
    """
    ticks = np.maximum(1, np.rint(width / tick)).astype(np.int64)
    bid = np.rint((fair - ticks * tick / 2) / tick).astype(np.int64)
    ask = np.maximum(bid + ticks, 1)
    return np.maximum(bid, 0) * tick, ask * tick


def sizes(n: int, mean_lots: Floats | float, lot: int, rng: np.random.Generator) -> Ints:
    """Displayed or traded quantities in units: whole lots, at least one, many small, few large."""
    return (1 + rng.exponential(1.0, n) * mean_lots).astype(np.int64) * lot


def last_seen(happens: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Ints:
    """For each row, the last row at or before it that happened; -1 before the first."""
    rows = np.where(happens, np.arange(len(happens)), -1)
    seen: Ints = np.maximum.accumulate(rows)
    return seen


def depth(bid: Level, ask: Level, behind: list[int], tick: int) -> Depth:
    """Five levels either side, one tick apart; fewer bids near zero, none without a best bid.

    `behind` are the quantities of levels 2-5, bids first.
    """
    bid_qtys, ask_qtys = (bid[1], *behind[: LEVELS - 1]), (ask[1], *behind[LEVELS - 1 :])
    bids = zip(range(bid[0], 0, -tick), bid_qtys, strict=False)
    asks = zip(range(ask[0], ask[0] + LEVELS * tick, tick), ask_qtys, strict=True)
    return Depth(tuple(bids), tuple(asks))
