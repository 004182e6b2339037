"""Whether a file names its bars by their start or by their end, told by the edges of its days.

Only a bar that begins at the open is labelled 09:15 by its start, and only the day's last one is
labelled 15:30 by its end. Where days have both labels, or neither, nobody can tell.
"""

from typing import NamedTuple

import numpy as np

from rustro_kernel.bar_files.arrays import Ints
from rustro_kernel.data.coverage import date_numbers
from rustro_kernel.data.market_hours import MarketHours, OpenDay
from rustro_kernel.domain.aggregate import bar_start
from rustro_kernel.domain.bars import SPAN_NS, Timeframe
from rustro_kernel.domain.errors import BadData
from rustro_kernel.domain.market_time import ist_date, show_clock

START, END = "start", "end"
LABELS = (START, END)
SURE = 0.8
"""Of the days that have one of the two labels."""


class Labels(NamedTuple):
    """How bars are labelled, and why one thinks so."""

    kind: str
    notice: str = ""


class _Edges(NamedTuple):
    days: int
    opens: int  # days with a label at the open
    closes: int  # days with a label at the close
    open_clock: str
    close_clock: str


def labels_of(
    name: str, labels_ns: Ints, hours: MarketHours, timeframe: Timeframe, said: str | None
) -> Labels:
    """How the bars of a file are labelled.

    Raises:
        BadData: If its days do not tell and the user did not either.
    """
    if said is not None or timeframe is Timeframe.D1:
        return Labels(said or START)
    edges = _edges(labels_ns, hours)
    evidence = (
        f"of {edges.days} days {edges.opens} have a bar labelled {edges.open_clock}, "
        f"{edges.closes} one labelled {edges.close_clock}"
    )
    opens, closes = edges.opens, edges.closes
    if opens and opens >= SURE * (opens + closes):
        return Labels(START, f"bars are labelled by their start: {evidence}")
    if closes and closes >= SURE * (opens + closes):
        return Labels(END, f"bars are labelled by their end: {evidence}")
    if not edges.days:
        evidence = "no date in it is known as an ordinary trading day"
    raise BadData(
        name,
        f"the labels may be starts or ends of bars: {evidence}; say --labels start or --labels end",
    )


def starts_of(labels_ns: Ints, kind: str, hours: MarketHours, timeframe: Timeframe) -> Ints:
    """The starts of the bars with these labels; a day's last, shorter bar begins on the grid."""
    if kind == START or timeframe is Timeframe.D1:
        return labels_ns
    starts = labels_ns - SPAN_NS[timeframe]
    numbers = date_numbers(labels_ns)
    for number in np.unique(numbers):
        rows = np.flatnonzero(numbers == number)
        day = hours.day(ist_date(int(labels_ns[rows[0]])))
        if isinstance(day, OpenDay):
            close, anchor = day.legs[-1].close_ns, day.legs[0].open_ns
            last = rows[labels_ns[rows] == close]
            starts[last] = bar_start(close - 1, timeframe, anchor)
    return starts


def _edges(labels_ns: Ints, hours: MarketHours) -> _Edges:
    found = _Edges(0, 0, 0, "09:15", "15:30")
    numbers = date_numbers(labels_ns)
    for number in np.unique(numbers):
        here = labels_ns[numbers == number]
        day = hours.day(ist_date(int(here[0])))
        if not isinstance(day, OpenDay) or day.is_special or day.rules.interruptions:
            continue
        opened, close = day.legs[0].open_ns, day.legs[-1].close_ns
        found = _Edges(
            found.days + 1,
            found.opens + bool((here == opened).any()),
            found.closes + bool((here == close).any()),
            show_clock(opened)[:5],
            show_clock(close)[:5],
        )
    return found
