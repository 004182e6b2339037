"""The master file on disk: today's, whole and checked, or not at all; yesterday's beside it.

Everything here blocks; `master_download` calls it in a thread.
"""

import contextlib
import datetime as dt
import mmap
import os
from collections.abc import Collection, Iterator
from pathlib import Path

from rustro_kernel.brokers.angelone.master import SOURCE, Master, check_master, read_master
from rustro_kernel.domain.errors import BadData

KEPT_DAYS = 2
NAME = "master-{date}.json"


def file_of(folder: Path, date: dt.date) -> Path:
    """Where a day's file is kept."""
    return folder / NAME.format(date=date.isoformat())


def stored_dates(folder: Path) -> list[dt.date]:
    """The days there are files of, newest first. Other files are none of ours."""
    found = []
    for path in folder.glob(NAME.format(date="*")):
        with contextlib.suppress(ValueError):
            found.append(dt.date.fromisoformat(path.stem.removeprefix("master-")))
    return sorted(found, reverse=True)


def read_file(path: Path, names: Collection[str], on: dt.date, min_rows: int) -> Master:
    """Read and check a file. It is mapped, not loaded: it is larger than all we keep of it.

    Raises:
        BadData: The file is missing, empty, truncated or not fit to trade with.
    """
    try:
        with _mapped(path) as body:
            master = read_master(body, names, on)
    except (OSError, ValueError) as exc:  # an empty file cannot be mapped
        raise BadData(SOURCE, f"{path.name} cannot be read: {type(exc).__name__}") from None
    check_master(master, names, on, min_rows)
    return master


def keep(part: Path, folder: Path, date: dt.date) -> None:
    """Make a checked download the file of a date, durably, and drop files that are too old."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(file_of(folder, date))
    for old in stored_dates(folder)[KEPT_DAYS:]:
        file_of(folder, old).unlink(missing_ok=True)


@contextlib.contextmanager
def _mapped(path: Path) -> Iterator[mmap.mmap]:
    with path.open("rb") as file:
        yield mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        # Not closed here: the decoder's rows may still point into it; it goes with the last one.
