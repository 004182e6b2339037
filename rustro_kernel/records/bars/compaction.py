"""Folding the logs of past days into files, and removing what is older than wanted."""

import datetime as dt
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.records.bars import places
from rustro_kernel.records.bars.block import FRAMES
from rustro_kernel.records.bars.closed_days import put
from rustro_kernel.records.bars.columns import joined, latest
from rustro_kernel.records.bars.day_log import Damage, mended
from rustro_kernel.records.bars.day_view import DayView
from rustro_kernel.records.bars.reader import RECORDED
from rustro_kernel.records.files import sync_folder


def fold(folder: Path, dates: Iterable[dt.date]) -> list[Damage]:
    """Put the logs of these dates into files and remove them; no writer may have them open.

    Dying in the middle loses nothing: a log goes when all of it is in files, and folding it
    again gives the same.

    Returns:
        What had to be taken out of the logs.
    """
    damage: list[Damage] = []
    for _, month in groupby(sorted(dates), key=lambda date: (date.year, date.month)):
        damage += _fold(
            folder, [path for d in month if (path := places.log_path(folder, d)).exists()]
        )
    return damage


def _fold(folder: Path, logs: list[Path]) -> list[Damage]:
    damage = [lost for path in logs for lost in mended(path)]
    views = [DayView(path) for path in logs]
    for view in views:
        view.refresh()
    for key, frame in sorted({series for view in views for series in view.series()}):
        columns = latest(joined([view.columns(key, frame) for view in views]))
        put(folder, InstrumentKey(key), FRAMES[frame], columns, RECORDED, "correct")
    for path in logs:
        path.unlink()
    if logs:
        sync_folder(logs[0].parent)
    return damage


def prune(folder: Path, before: dt.date) -> list[Path]:
    """Remove logs and files that hold nothing from `before` on; returns them."""
    logs = [places.log_path(folder, d) for d in places.logged_days(folder) if d < before]
    files = [p for p in places.all_period_files(folder) if places.period_of(p)[1] <= before]
    for path in [*logs, *files]:
        path.unlink()
    return [*logs, *files]
