"""The days before the one that is played: from the file, or invented."""

import datetime as dt
from collections.abc import Iterator, Sequence

import numpy as np

from rustro_kernel.domain.errors import NotATradingDay, OutsideRules, UnverifiedRule
from rustro_kernel.simulator.bar_file import BarFile
from rustro_kernel.simulator.day_hours import DayHours, minute_starts
from rustro_kernel.simulator.regimes import Regime
from rustro_kernel.simulator.scene import Calendar, PastDay
from rustro_kernel.simulator.seeding import Purpose, generator
from rustro_kernel.simulator.walk import course, minute_bars

DAYS = 200
TREND_DAYS = 45
"""A regime's trend reaches so far back."""
OVERNIGHT = 0.003
"""Standard deviation of the move from close to open."""


def stored_past(
    bars: BarFile, calendar: Calendar, date: dt.date, underlying: str
) -> tuple[PastDay, ...]:
    """The file's last 200 trading days before a date, oldest first.

    Left out: bars outside the continuous hours, and days that were no trading days.
    """
    past: list[PastDay] = []
    for day in bars.days_before(date):
        if len(past) == DAYS:
            break
        hours = _hours(calendar, day, underlying)
        inside = bars.day(day).within(hours.index if hours else ())
        if hours and len(inside):
            past.append(PastDay(day, hours, inside))
    return tuple(reversed(past))


def _hours(calendar: Calendar, day: dt.date, underlying: str) -> DayHours | None:
    """The hours of a date; None where the rules know of no trading, or are not sure of it."""
    try:
        return DayHours.of(calendar.day(day, (underlying,)))
    except (NotATradingDay, OutsideRules, UnverifiedRule):
        return None


def earlier_days(
    calendar: Calendar, date: dt.date, underlying: str
) -> Iterator[tuple[dt.date, DayHours]]:
    """The last 200 trading days before a date, newest first; fewer where the rules begin."""
    for _ in range(DAYS):
        try:
            date = calendar.previous_trading_day(date)
        except OutsideRules:
            return
        if hours := _hours(calendar, date, underlying):
            yield date, hours


def invented_past(
    days: Sequence[tuple[dt.date, DayHours]], seed: int, regime: Regime, close_paise: float
) -> tuple[PastDay, ...]:
    """Bars for days given newest first, such that the newest closes at `close_paise`.

    Oldest first. A day's course depends on the seed and its date, its level on what came after.
    """
    past: list[PastDay] = []
    for age, (date, hours) in enumerate(days):
        trend = regime.trend if age < TREND_DAYS else 0.0
        rng = generator(seed, date, Purpose.DAY)
        overnight = 0.2 * trend + OVERNIGHT * float(rng.standard_normal())
        minutes = minute_starts(hours.index)
        relative = course(len(minutes), 0.8 * trend, 0.0, regime.volatility, rng)
        open_paise = close_paise / float(relative[-1])
        past.append(PastDay(date, hours, minute_bars(minutes, open_paise * relative)))
        close_paise = open_paise / float(np.exp(overnight))
    return tuple(reversed(past))
