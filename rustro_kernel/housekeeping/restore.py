"""Bringing a backup back: into a new place, and only if every byte of it is as it was."""

import shutil
from pathlib import Path, PurePosixPath

from rustro_kernel.domain.errors import DamagedRecord, Refused
from rustro_kernel.housekeeping.backup import PART, Contents, contents, copied
from rustro_kernel.records.files import sync_folder
from rustro_kernel.records.manifest import mark


def restore(backup: Path, to: Path) -> Contents:
    """Write a backup's files to `to`/state and `to`/runs; blocks.

    Raises:
        Refused: If `to` holds anything: nothing is ever written over.
        DamagedRecord: If the backup is not whole; nothing was written.
        OSError: If the disk refuses; `to` is empty or not there then.
    """
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise Refused(f"{to} is not empty and would be written over; choose a new folder")
    held = contents(backup)
    _check(backup, held)
    part = _part(to)
    part.mkdir(parents=True, mode=0o700)
    try:
        _copy(backup, held, part)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    _put(part, to)
    return held


def _part(to: Path) -> Path:
    """Where the files are until all of them are there.

    An empty folder that exists is kept: it may be a mounted disk, a link, or where one stands.
    """
    if to.exists():
        return to / PART
    part = to.with_name(to.name + PART)
    if part.exists():
        raise Refused(f"{part} is left from a restore that did not end; remove it first")
    return part


def _put(part: Path, to: Path) -> None:
    if part.parent == to:
        for each in sorted(part.iterdir()):
            each.rename(to / each.name)
        part.rmdir()
        sync_folder(to)
    else:
        part.rename(to)
        sync_folder(to.parent)


def _check(backup: Path, held: Contents) -> None:
    """Names stay inside the folder, and every file is what the manifest says."""
    for name, marked in held.files.items():
        inside = PurePosixPath(name)
        if inside.is_absolute() or ".." in inside.parts:
            raise DamagedRecord(str(backup), 1, f"{name!r} leads out of the backup")
        path = backup / name
        if not path.is_file():
            raise DamagedRecord(str(path), 1, "missing")
        if mark(path) != marked:
            raise DamagedRecord(str(path), 1, "its content is not what was backed up")


def _copy(backup: Path, held: Contents, part: Path) -> None:
    for name, marked in held.files.items():
        target = part / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if copied(backup / name, target) != marked:
            raise DamagedRecord(str(target), 1, "was not written as it was read")
