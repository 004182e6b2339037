"""One day of a history: a trading day, or a date that is not played."""

import datetime as dt
from dataclasses import dataclass

from rustro_kernel.domain.rules import DayRules
from rustro_kernel.research.course import Course
from rustro_kernel.simulator.day_hours import DayHours


@dataclass(frozen=True, slots=True)
class HistoryDay:
    """One trading day.

    `number` counts the days of the history; `course` has the day's minutes, from the first open
    of its derivatives to their last close.
    """

    number: int
    date: dt.date
    rules: DayRules
    hours: DayHours
    previous_close: int
    course: Course


@dataclass(frozen=True, slots=True)
class Skipped:
    """A date of the file that is not played, and why."""

    date: dt.date
    why: str
