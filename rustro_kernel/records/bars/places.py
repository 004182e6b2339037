"""Where the store keeps what: names of folders and files."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from rustro_kernel.domain.bars import Timeframe

LOG, COLUMNS, QUARANTINE, LOCK = "log", "columns", "quarantine", "writer.lock"
_LONG = (Timeframe.H1, Timeframe.D1)


def log_path(folder: Path, date: dt.date) -> Path:
    """The append log of the bars that start on a date in India."""
    return folder / LOG / f"{date}.bars"


def logged_days(folder: Path) -> list[dt.date]:
    """The dates that have a log, oldest first."""
    return sorted(dt.date.fromisoformat(path.stem) for path in (folder / LOG).glob("*.bars"))


def series_folder(folder: Path, key: str, timeframe: Timeframe) -> Path:
    """The closed days of one instrument and timeframe."""
    return folder / COLUMNS / quote(key, safe="") / timeframe.value


def period_file(folder: Path, key: str, timeframe: Timeframe, date: dt.date) -> Path:
    """The file that holds a closed day: minutes by month, hours and days by year."""
    name = f"{date:%Y}" if timeframe in _LONG else f"{date:%Y-%m}"
    return series_folder(folder, key, timeframe) / f"{name}.parquet"


def period_files(folder: Path, key: str, timeframe: Timeframe) -> list[Path]:
    """All of a series, oldest first."""
    return sorted(series_folder(folder, key, timeframe).glob("*.parquet"))


def period_of(path: Path) -> tuple[dt.date, dt.date]:
    """The first date a file may hold, and the first one after it."""
    parts = [int(part) for part in path.stem.split("-")]
    if len(parts) == 1:
        return dt.date(parts[0], 1, 1), dt.date(parts[0] + 1, 1, 1)
    year, month = parts
    return dt.date(year, month, 1), dt.date(year + month // 12, month % 12 + 1, 1)


def all_period_files(folder: Path) -> Iterator[Path]:
    """Every file of closed days."""
    yield from sorted((folder / COLUMNS).glob("*/*/*.parquet"))
