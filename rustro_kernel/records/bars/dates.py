"""Columns by their dates in India."""

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rustro_kernel.domain.market_time import DAY, IST_OFFSET
from rustro_kernel.records.bars.columns import Columns, Ints

Dates = NDArray[np.datetime64]


def dates_of(start_ns: Ints) -> Dates:
    """The date in India of each moment."""
    return ((start_ns + IST_OFFSET) // DAY).astype("datetime64[D]")


def dates_in(columns: Columns) -> list[dt.date]:
    """The dates on which bars start, oldest first."""
    days: list[dt.date] = np.unique(dates_of(columns.start_ns)).tolist()
    return days


def by_date(columns: Columns) -> Iterator[tuple[dt.date, Columns]]:
    """The bars of each date, oldest first; the columns are ordered by start."""
    days, firsts = np.unique(dates_of(columns.start_ns), return_index=True)
    edges = [*firsts.tolist(), len(columns)]
    for day, (first, end) in zip(days.tolist(), pairwise(edges), strict=True):
        yield day, columns.where(slice(first, end))


def without(columns: Columns, dates: set[dt.date]) -> Columns:
    """The bars of all other dates."""
    unwanted = np.array(sorted(dates), "datetime64[D]")
    return columns.where(~np.isin(dates_of(columns.start_ns), unwanted))
