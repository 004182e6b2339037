"""The quotes a run saw when its trades began and ended."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.records.tick_columns import Ints, TickColumns, tick_columns


def mids(folder: Path, trades: Sequence[PositionClosed]) -> list[tuple[float, float] | None]:
    """Between bid and ask at entry and exit of each trade, in paise; None where a side is empty."""
    if not trades:
        return []
    ticks = tick_columns(folder)
    places = {name: place for place, name in enumerate(ticks.names)}
    return [_both(ticks, places.get(trade.instrument, -1), trade) for trade in trades]


def _both(ticks: TickColumns, place: int, trade: PositionClosed) -> tuple[float, float] | None:
    rows: Ints = np.flatnonzero(ticks.instrument == place)
    ends = [_mid(ticks, rows, ts_ns) for ts_ns in (trade.entry_ns, trade.exit_ns)]
    return (ends[0], ends[1]) if ends[0] and ends[1] else None


def _mid(ticks: TickColumns, rows: Ints, ts_ns: int) -> float | None:
    """Of the last tick up to a moment."""
    seen = int(np.searchsorted(ticks.ts_ns[rows], ts_ns, side="right"))
    if seen == 0:
        return None
    row = rows[seen - 1]
    bid, ask = int(ticks.bid_paise[row]), int(ticks.ask_paise[row])
    return (bid + ask) / 2 if bid and ask else None
