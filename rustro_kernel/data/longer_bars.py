"""Longer bars of the store: made of its minutes, as a session makes its own."""

from dataclasses import replace
from typing import Literal

import numpy as np

from rustro_kernel.data.importing.target import has_cash_hours
from rustro_kernel.data.market_hours import MarketHours, OpenDay
from rustro_kernel.domain.bars import SPAN_NS, Timeframe
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.market_time import HOUR, IST_OFFSET
from rustro_kernel.market_rules import MarketRules
from rustro_kernel.records.bars.columns import STUB, Columns, joined, latest
from rustro_kernel.records.bars.dates import by_date, dates_in, without
from rustro_kernel.records.bars.derived import aggregated
from rustro_kernel.records.bars.reader import BarReader

Anchor = Literal["open", "clock"]


def load(
    reader: BarReader,
    key: InstrumentKey,
    timeframe: Timeframe,
    span: tuple[int, int],
    rules: MarketRules,
    anchor: Anchor = "open",
) -> Columns:
    """The bars of a timeframe; of days without minutes those that were stored as such.

    The last one of a day that goes on is as far as its minutes are.

    Args:
        reader: The store.
        key: The instrument.
        timeframe: Of the bars.
        span: From a midnight to another one, ns; the second is not included.
        rules: The calendar.
        anchor: Where the grid of longer bars begins: `bars.anchor`.
    """
    stored = reader.load(key, timeframe, *span)
    if timeframe is Timeframe.M1:
        return stored
    minutes = reader.load(key, Timeframe.M1, *span)
    hours = MarketHours(rules, is_index=has_cash_hours(key, rules))
    made = [
        _made(columns, timeframe, day, anchor)
        for date, columns in by_date(minutes)
        if isinstance(day := hours.day(date), OpenDay)
    ]
    rest = without(stored, {date for part in made for date in dates_in(part)})
    return latest(joined([rest, *made]))


def _made(minutes: Columns, timeframe: Timeframe, day: OpenDay, anchor: Anchor) -> Columns:
    opened = day.legs[0].open_ns
    hour = (opened + IST_OFFSET) // HOUR * HOUR - IST_OFFSET
    bars = aggregated(minutes, timeframe, opened if anchor == "open" else hour)
    if not len(bars) or timeframe is Timeframe.D1:
        return bars
    is_cut = bars.start_ns + SPAN_NS[timeframe] > day.legs[-1].close_ns
    return replace(bars, flags=bars.flags | np.where(is_cut, STUB, 0))
