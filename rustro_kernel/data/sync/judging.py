"""From the broker's candles to bars of the store: by the calendar, nothing summed or invented."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from rustro_kernel.bar_files.arrays import Mask
from rustro_kernel.brokers.angelone.history import Candles, Dropped
from rustro_kernel.data.market_hours import MarketHours, OpenDay
from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.market_time import show_time
from rustro_kernel.records.bars.columns import AUCTION, SPECIAL, Columns, joined, of_bars
from rustro_kernel.records.bars.dates import by_date

OUTSIDE = "outside the hours"


class Judged(NamedTuple):
    """Bars with the marks the calendar gives them, and what was left out."""

    columns: Columns
    dropped: tuple[Dropped, ...]


def judged(candles: Candles, dates: Collection[dt.date], hours: MarketHours) -> Judged:
    """The bars of the days asked for.

    Those of the index's closing auction are marked: they are shown, and part of no longer bar.
    A candle of a day in between that was not asked for is passed over.
    """
    kept: list[Columns] = []
    dropped = list(candles.dropped)
    for date, columns in by_date(of_bars(candles.series.bars)):
        day = hours.day(date)
        if isinstance(day, str):
            dropped += _left_out(columns, np.ones(len(columns), np.bool_), day.replace("_", " "))
        elif date in dates:
            taken, is_out = _day(columns, day)
            kept.append(taken)
            dropped += _left_out(columns, is_out, OUTSIDE)
    return Judged(joined(kept), tuple(dropped))


def _day(columns: Columns, day: OpenDay) -> tuple[Columns, Mask]:
    """The bars inside the hours or the auction, marked; and which ones are in neither."""
    in_auction = np.isin(columns.start_ns, day.auction_starts(Timeframe.M1))
    is_out = ~(in_auction | np.isin(columns.start_ns, day.starts(Timeframe.M1)))
    flags = np.where(in_auction, AUCTION, 0) | (SPECIAL if day.is_special else 0)
    marked = replace(columns, flags=flags.astype(np.int64))
    return marked.where(~is_out), is_out


def _left_out(columns: Columns, which: Mask, reason: str) -> Iterator[Dropped]:
    for start_ns in columns.start_ns[which].tolist():
        yield Dropped(show_time(start_ns), reason)
