"""Which trading days of a history a backtest plays."""

import datetime as dt
from bisect import bisect_left
from collections.abc import Sequence

from rustro_kernel.domain.errors import BadData, BadUsage

LEAST_DAYS = 28
"""Trading days before a day without which no daily ADX exists."""


def days_between(
    name: str, dates: Sequence[dt.date], first: dt.date | None, last: dt.date | None
) -> Sequence[int]:
    """The numbers of the days of these dates that have days enough before them.

    Args:
        name: What sentences call the data.
        dates: Every trading day of the data, oldest first.
        first: The first date; None: the first day that has enough before it.
        last: The last date, itself played; None: the last day there is.

    Raises:
        BadUsage: If the dates are in the wrong order or the data have no trading day there.
        BadData: If the first date asked for has too few days before it.
    """
    if first is not None and last is not None and first > last:
        raise BadUsage(f"the first date {first} comes after the last one {last}")
    start = bisect_left(dates, first) if first else LEAST_DAYS
    end = bisect_left(dates, last + dt.timedelta(1)) if last else len(dates)
    if first and end <= start:
        raise BadUsage(
            f"{name} has no trading day {_words(first, last)}; it holds {dates[0]}..{dates[-1]}"
        )
    if start < LEAST_DAYS or end <= start:
        _refuse_short(name, dates, dates[min(start, len(dates) - 1)] if first else None, last)
    return range(start, end)


def _words(first: dt.date, last: dt.date | None) -> str:
    return f"from {first} to {last}" if last else f"from {first} on"


def _refuse_short(
    name: str, dates: Sequence[dt.date], first: dt.date | None, last: dt.date | None
) -> None:
    before = bisect_left(dates, first) if first else len(dates)
    if first is None and last is not None and before > LEAST_DAYS:
        problem = f"the first day with {LEAST_DAYS} days before it is {dates[LEAST_DAYS]}"
        problem += f", and the last one asked for is {last}"
    elif first is None:
        problem = f"has {before} trading days; {LEAST_DAYS} come before the first one played"
    else:
        problem = f"has {before} trading days before {first}, and {LEAST_DAYS} are the least"
        if len(dates) > LEAST_DAYS:
            problem += f"; begin on {dates[LEAST_DAYS]} or later"
    raise BadData(name, problem)
