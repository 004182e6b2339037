"""A log of many files: by day and size, and not kept for ever."""

import datetime as dt
import os
import re
from pathlib import Path
from typing import NamedTuple

from rustro_kernel.domain.market_time import ist_date

SUFFIX = ".jsonl"


class Keep(NamedTuple):
    """How much is kept: a file's bytes, days, bytes of all files."""

    file_bytes: int
    days: int
    all_bytes: int


class LogFile:
    """Appends lines to `<folder>/<name>-<date>-<number>.jsonl`; used by one thread.

    Args:
        folder: Made when the first line is written.
        name: Of the log: what else lies in the folder under another name is left alone.
        keep: What is removed when a file is opened, never the one that is written.
    """

    def __init__(self, folder: Path, name: str, keep: Keep) -> None:
        self._folder, self._name, self._keep = folder, name, keep
        self._fd = -1
        self._date, self._size = dt.date.min, 0

    def write(self, line: bytes, ts_ns: int) -> None:
        """Append a line, without its newline, of that time.

        Raises:
            OSError: If the disk refuses; the line may be there in part, the next begins anew.
        """
        date = ist_date(ts_ns)
        if self._fd < 0 or date > self._date or self._size >= self._keep.file_bytes:
            self._open(date)
        data = line + b"\n"
        try:
            taken = os.write(self._fd, data)
        except OSError:
            self.close()
            raise
        self._size += taken
        if taken < len(data):
            self.close()

    def close(self) -> None:
        """Close the file; the next line opens one."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _open(self, date: dt.date) -> None:
        self.close()
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._current(date)
        self._fd = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._date, self._size = date, os.fstat(self._fd).st_size
        if self._size and os.pread(self._fd, 1, self._size - 1) != b"\n":
            self._size += os.write(self._fd, b"\n")  # a crash or a full disk cut the last line
        self._remove_old(path, date)

    def _current(self, date: dt.date) -> Path:
        """The day's last file, or the next one if that is full."""
        todays = [path for path in self.files() if _date_of(path) == date]
        number = len(todays) and int(todays[-1].stem.rpartition("-")[2])
        if not todays or todays[-1].stat().st_size >= self._keep.file_bytes:
            number += 1
        return self._folder / f"{self._name}-{date}-{number:03}{SUFFIX}"

    def files(self) -> list[Path]:
        """All files of this log, oldest first."""
        pattern = re.compile(rf"{re.escape(self._name)}-\d{{4}}-\d\d-\d\d-\d{{3,}}{SUFFIX}")
        found = [path for path in self._folder.iterdir() if pattern.fullmatch(path.name)]
        return sorted(found, key=lambda path: (_date_of(path), int(path.stem.rpartition("-")[2])))

    def _remove_old(self, current: Path, today: dt.date) -> None:
        """What is too old goes, then the oldest until the rest is small enough."""
        others = [path for path in self.files() if path != current]
        sizes = {path: path.stat().st_size for path in others}
        total = self._size + sum(sizes.values())
        for path in others:
            if (today - _date_of(path)).days >= self._keep.days or total > self._keep.all_bytes:
                path.unlink(missing_ok=True)
                total -= sizes[path]


def _date_of(path: Path) -> dt.date:
    return dt.date.fromisoformat("-".join(path.stem.split("-")[-4:-1]))
