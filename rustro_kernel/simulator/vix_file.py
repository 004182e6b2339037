"""India VIX of a real day, from a daily file."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from rustro_kernel.bar_files.arrow_columns import epoch_days, floats
from rustro_kernel.domain.errors import BadData
from rustro_kernel.simulator.minute_bars import Floats, Ints

NUMBERS = ("high", "low", "close", "prev_close")
EPOCH = dt.date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class VixDay:
    """One day's India VIX, in percent. `high` and `low` enclose both closes."""

    previous: float
    high: float
    low: float
    close: float


def vix_day(path: Path, date: dt.date) -> VixDay | None:
    """The file's row of a date; None if it has none.

    Zeros stand for missing values: the day before's close is then the last one known, and the
    range is that of the closes.

    Raises:
        BadData: If the file cannot be used.
    """
    return VixFile.read(path).day(date)


class VixFile:
    """A daily file, read once."""

    def __init__(self, days: Ints, columns: dict[str, Floats]) -> None:
        known = columns["close"] > 0
        self._days = days[known]
        self._columns = {name: values[known] for name, values in columns.items()}

    @classmethod
    def read(cls, path: Path) -> "VixFile":
        """Read a file.

        Raises:
            BadData: If the file cannot be used.
        """
        return cls(*_read(path))

    def day(self, date: dt.date) -> VixDay | None:
        """The row of a date; None if there is none."""
        wanted = date.toordinal() - EPOCH
        at = int(np.searchsorted(self._days, wanted, side="right")) - 1
        if at < 0 or self._days[at] != wanted:
            return None
        row = {name: float(values[at]) for name, values in self._columns.items()}
        before = float(self._columns["close"][at - 1]) if at else row["close"]
        return _day(row, before)


def _day(row: dict[str, float], before: float) -> VixDay:
    close, previous = row["close"], row["prev_close"] or before
    high, low = row["high"] or close, row["low"] or close
    return VixDay(previous, max(high, close, previous), min(low, close, previous), close)


def _read(path: Path) -> tuple[Ints, dict[str, Floats]]:
    """Days since 1970 and the numbers of each, oldest first; 0 where missing."""
    if not path.is_file():
        raise BadData(str(path), "is a folder, not a file" if path.is_dir() else "no such file")
    try:
        with pq.ParquetFile(path) as file:
            table = file.read().select(["date", *NUMBERS])
        days = epoch_days(table["date"])
        columns = {name: np.nan_to_num(floats(table[name])) for name in NUMBERS}
    except (pa.ArrowException, OSError, KeyError) as exc:
        wanted = ", ".join(("date", *NUMBERS))
        raise BadData(path.name, f"is no Parquet file of daily India VIX ({wanted})") from exc
    order = np.argsort(days, kind="stable")
    return days[order], {name: values[order] for name, values in columns.items()}
