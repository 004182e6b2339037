"""How full the disk was on past days, and when it will be full if that goes on."""

import datetime as dt
import shutil
from collections.abc import Sequence
from pathlib import Path

import msgspec

from rustro_kernel.records.files import write_whole

NAME = "disk-use.jsonl"
KEPT = 60
OVER = 14
"""Days the mean growth is taken over."""


class DiskDay(msgspec.Struct, frozen=True):
    """The disk of the state folder at the end of a day."""

    date: dt.date
    used_bytes: int
    free_bytes: int


class Forecast(msgspec.Struct, frozen=True):
    """When the disk will be full; `days_left` is None where it does not fill up."""

    growth_bytes: int  # a day
    days: int  # the growth was seen over
    days_left: int | None

    def is_within(self, days: int) -> bool:
        """Whether the disk is full in fewer days."""
        return self.days_left is not None and self.days_left < days

    def __str__(self) -> str:
        seen = f"{self.growth_bytes / 1e6:+.0f} MB a day over the last {self.days} days"
        if self.days_left is None:
            return f"the disk does not fill up ({seen})"
        return f"the disk is full in {self.days_left} days ({seen})"


def forecast(days: Sequence[DiskDay]) -> Forecast | None:
    """By the mean growth between the first and the last of these days; None for fewer than two."""
    recent = days[-OVER:]
    span = (recent[-1].date - recent[0].date).days if recent else 0
    if span < 1:
        return None
    growth = (recent[-1].used_bytes - recent[0].used_bytes) // span
    left = recent[-1].free_bytes // growth if growth > 0 else None
    return Forecast(growth, span, left)


def read_days(state: Path) -> list[DiskDay]:
    """The days on record, oldest first; what cannot be read is left out."""
    try:
        lines = (state / NAME).read_bytes().splitlines()
    except OSError:
        return []
    found = dict[dt.date, DiskDay]()
    for line in lines:
        try:
            day = msgspec.json.decode(line, type=DiskDay)
        except msgspec.DecodeError:
            continue
        found[day.date] = day
    return [found[date] for date in sorted(found)]


def with_now(days: Sequence[DiskDay], folder: Path, date: dt.date) -> list[DiskDay]:
    """The days, the last of them as the disk is now."""
    usage = shutil.disk_usage(folder)
    today = DiskDay(date, usage.total - usage.free, usage.free)
    return [*(day for day in days if day.date < date), today]


def note(state: Path, date: dt.date) -> list[DiskDay]:
    """Put the day on record; returns all of them.

    Raises:
        OSError: If the disk refuses.
    """
    days = with_now(read_days(state), state, date)[-KEPT:]
    write_whole(state / NAME, b"".join(msgspec.json.encode(day) + b"\n" for day in days))
    return days
