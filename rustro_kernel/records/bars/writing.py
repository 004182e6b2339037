"""The open logs of a store, and what they know."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np

from rustro_kernel.domain.market_time import DAY, IST_OFFSET, ist_date
from rustro_kernel.records.bars import places
from rustro_kernel.records.bars.block import CONTENT, Row
from rustro_kernel.records.bars.columns import NAMES, Columns
from rustro_kernel.records.bars.day_log import Damage, DayLog
from rustro_kernel.records.files import OpenFile

OPEN = 4
"""Dates whose log and contents a writer keeps at hand."""


class Logs:
    """The logs of the dates that are written to.

    Attributes:
        damage: What had to be taken out of them.
    """

    def __init__(self, folder: Path, open_file: OpenFile) -> None:
        self._folder, self._open_file = folder, open_file
        self._logs: dict[int, DayLog] = {}
        self.damage: list[Damage] = []

    def add(self, day: int, row: Row) -> None:
        """Queue a row of a day (see `day_number`)."""
        log = self._logs.get(day)
        if log is None:
            path = places.log_path(self._folder, date_of(day))
            log = self._logs[day] = DayLog(path, self._open_file)
        log.add(row)

    def waiting(self, key: str, frame: int) -> list[Columns]:
        """What the system does not have yet of a series."""
        rows = [
            row.content
            for log in self._logs.values()
            for row in log.waiting
            if row.key == key and row.frame == frame
        ]
        found = np.frombuffer(b"".join(rows), CONTENT)
        return [Columns(*(found[name].astype(np.int64) for name in NAMES))] if rows else []

    def flush(self) -> None:
        """Hand everything to the system."""
        for log in self._logs.values():
            log.flush()
            self.damage += log.damage
            log.damage = []

    def sync(self) -> None:
        """Flush, wait for the disk, and close what was not written to lately."""
        self.flush()
        for log in self._logs.values():
            log.sync()
        for day in list(self._logs)[:-OPEN]:
            self._logs.pop(day).close()

    def let_go(self) -> None:
        """Sync and close all of them."""
        self.sync()
        self.close()

    def close(self) -> None:
        """Close all of them; what was not flushed is lost."""
        while self._logs:
            self._logs.popitem()[1].close()


class Known:
    """What is stored of the dates written lately, to tell a repetition from a contradiction.

    Args:
        stored: Reads what the store has of one date.
    """

    def __init__(self, stored: Callable[[str, int, dt.date], Columns]) -> None:
        self._stored = stored
        self._days: dict[int, dict[tuple[str, int], dict[int, bytes]]] = {}

    def of(self, day: int, key: str, frame: int) -> dict[int, bytes]:
        """Packed content by start."""
        series = self._days.get(day)
        if series is None:
            series = self._days[day] = {}
            if len(self._days) > OPEN:
                del self._days[next(iter(self._days))]
        found = series.get((key, frame))
        if found is None:
            found = series[key, frame] = _by_start(self._stored(key, frame, date_of(day)))
        return found

    def forget(self) -> None:
        """The files changed."""
        self._days.clear()


def day_number(start_ns: int) -> int:
    """The date in India as days since 1970."""
    return (start_ns + IST_OFFSET) // DAY


def date_of(day: int) -> dt.date:
    """The date of a day number."""
    return ist_date(day * DAY - IST_OFFSET)


def _by_start(columns: Columns) -> dict[int, bytes]:
    rows = np.empty(len(columns), CONTENT)
    for name in NAMES:
        rows[name] = getattr(columns, name)
    return dict(zip(columns.start_ns.tolist(), (row.tobytes() for row in rows), strict=True))
