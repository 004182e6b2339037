"""Backups: plain copies with a manifest of hashes, so that nothing of ours is needed to read one.

A backup is whole or it is not there: it is made under another name and renamed at its end. A file
that the backup before has with the same content is linked to it where the disk can do that, so
that a backup a day costs what the day has added.
"""

import errno
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import msgspec

from rustro_kernel.domain.errors import DamagedRecord, Refused
from rustro_kernel.domain.market_time import show_time
from rustro_kernel.records.bars.places import LOCK
from rustro_kernel.records.file_lock import FileLock
from rustro_kernel.records.files import sync_folder, write_whole
from rustro_kernel.records.manifest import FileMark, mark

MANIFEST = "BACKUP.json"
STATE, RUNS, BARS = "state", "runs", "bars"
PREFIX, PART = "rustro-", ".part"
LEFT_OUT = ("*.lock", "*.serving", "*.sock", "EMERGENCY_STOP*", "*.part", "*.new", "secrets.toml")
"""Belongs to processes that run, or is nobody's business."""
LOGS = "logs"
"""Neither are logs copied: they are kept and removed by rules of their own."""
RESERVE = 500_000_000
"""Bytes a backup leaves free: the next session writes to the same disk, maybe."""
PIECE = 1 << 20


class Contents(msgspec.Struct, frozen=True):
    """What a backup holds: files by their name in it."""

    made_ns: int
    version: str
    files: dict[str, FileMark]


class Made(NamedTuple):
    """A backup that was made."""

    folder: Path
    files: int
    new_bytes: int

    def __str__(self) -> str:
        return f"{self.folder}: {self.files} files, {self.new_bytes / 1e6:.1f} MB of them new"


Source = tuple[str, Path]
"""Name in the backup, and the file."""

_decoder = msgspec.json.Decoder(Contents)


def make_backup(state: Path, runs: Sequence[Path], into: Path, now_ns: int) -> Made:
    """Copy the state folder with its bars, and these run folders. May take minutes: blocks.

    Raises:
        AlreadyRunning: If somebody writes to the bar store.
        Refused: If there is nothing, not enough room, or a file whose name no manifest can hold.
        OSError: If a file cannot be read or written; no backup is there then.
    """
    into.mkdir(parents=True, exist_ok=True)
    for left in into.glob(f"{PREFIX}*{PART}"):
        shutil.rmtree(left)
    before = next(iter(backups(into)), None)
    folder = _free_name(into, now_ns)
    part = folder.with_name(folder.name + PART)
    part.mkdir(mode=0o700)
    try:
        made = _fill(part, state, runs, before, now_ns)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    part.rename(folder)
    sync_folder(into)
    return made._replace(folder=folder)


def backups(into: Path) -> list[Path]:
    """The whole backups in a folder, newest first."""
    found = [path for path in into.glob(f"{PREFIX}*") if path.suffix != PART]
    return sorted((path for path in found if (path / MANIFEST).is_file()), reverse=True)


def remove_old(into: Path, keep: int) -> list[Path]:
    """Remove all backups but the newest; returns what went."""
    old = backups(into)[max(keep, 1) :]
    for path in old:
        (path / MANIFEST).unlink()  # half a backup is none
        shutil.rmtree(path)
    return old


def contents(backup: Path) -> Contents:
    """What a backup says it holds.

    Raises:
        DamagedRecord: If it does not say so.
    """
    try:
        return _decoder.decode((backup / MANIFEST).read_bytes())
    except FileNotFoundError as exc:
        raise DamagedRecord(str(backup / MANIFEST), 1, "missing: this is no backup") from exc
    except (OSError, ValueError, RecursionError) as exc:
        raise DamagedRecord(str(backup / MANIFEST), 1, str(exc)) from exc


def _fill(part: Path, state: Path, runs: Sequence[Path], before: Path | None, now_ns: int) -> Made:
    known = contents(before).files if before else {}
    into, files, new_bytes = part.parent, dict[str, FileMark](), 0
    groups = [(state / BARS, f"{STATE}/{BARS}"), (state, STATE), *_named(runs)]
    for folder, name in groups:
        with _still(folder):
            sources = [s for s in _sources(folder, name, into) if s[0] not in files]
            _check_room(part, sources, known)
            for source in sources:
                marked, is_new = _keep(source, part, before, known)
                files[source[0]] = marked
                new_bytes += marked.size * is_new
    if not files:  # it would push out, one by one, those that hold something
        raise Refused(f"no backup in {into}: there is nothing in {state}")
    _seal(part, Contents(now_ns, version("rustro"), dict(sorted(files.items()))))
    return Made(part, len(files), new_bytes)


def _named(runs: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Run folders under their own names; a second one of a name gets a number."""
    taken = set[str]()
    for run in runs:
        name, number = run.name, 1
        while name in taken:
            number += 1
            name = f"{run.name}.{number}"
        taken.add(name)
        yield run, f"{RUNS}/{name}"


def _still(folder: Path) -> ExitStack:
    """Nobody folds or writes bars while their files are copied: they belong together."""
    stack = ExitStack()
    if folder.name == BARS and (folder / LOCK).exists():
        lock = FileLock(
            folder / LOCK, f"the bar store {folder}", f"a backup (process {os.getpid()})"
        )
        stack.callback(lock.release)
    return stack


def _sources(folder: Path, name: str, into: Path) -> Iterator[Source]:
    """The regular files of a folder; links lead elsewhere and are left out."""
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if (
            path.is_file()
            and not path.is_symlink()
            and not any(path.match(pattern) for pattern in LEFT_OUT)
            and not (name == STATE and relative.parts[0] == LOGS)
            and not path.absolute().is_relative_to(into.absolute())
        ):
            yield f"{name}/{_writable(relative)}", path


def _writable(path: Path) -> str:
    name = path.as_posix()
    try:
        name.encode()
    except UnicodeEncodeError as exc:
        words = f"no backup: the file {name!r} has a name that is no text; rename it"
        raise Refused(words) from exc
    return name


def _check_room(part: Path, sources: Sequence[Source], known: dict[str, FileMark]) -> None:
    sizes = {name: path.stat().st_size for name, path in sources}
    new = sum(n for name, n in sizes.items() if name not in known or known[name].size != n)
    free = shutil.disk_usage(part).free
    if new + RESERVE > free:
        words = f"{new / 1e6:.0f} MB are to be copied and {free / 1e6:.0f} MB are free"
        raise Refused(f"no backup in {part.parent}: {words}; make room")


def _keep(
    source: Source, part: Path, before: Path | None, known: dict[str, FileMark]
) -> tuple[FileMark, bool]:
    """A file's mark in the backup, and whether it had to be copied."""
    name, path = source
    target, old = part / name, known.get(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    if before and old and old.size == path.stat().st_size and old == mark(path):
        earlier = before / name
        if earlier.is_file() and mark(earlier) == old and _linked(earlier, target):
            return old, False
    return copied(path, target), True


def _linked(earlier: Path, target: Path) -> bool:
    try:
        os.link(earlier, target)
    except OSError as exc:
        if exc.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        return False  # a disk without hard links, or too many of them
    return True


def copied(path: Path, target: Path) -> FileMark:
    """Copy a file and wait for the disk; the mark is of what was written."""
    digest, size = sha256(), 0
    with path.open("rb") as source, target.open("xb") as file:
        while piece := source.read(PIECE):
            digest.update(piece)
            size += file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    target.chmod(0o600)
    return FileMark(digest.hexdigest(), size)


def _seal(part: Path, made: Contents) -> None:
    text = msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n"
    for folder in {path.parent for path in part.rglob("*")}:
        sync_folder(folder)
    write_whole(part / MANIFEST, text)


def _free_name(into: Path, now_ns: int) -> Path:
    stamp = show_time(now_ns).replace(":", "").replace(" ", "-")
    names = (f"{PREFIX}{stamp}", *(f"{PREFIX}{stamp}.{n}" for n in range(2, 1000)))
    return next(into / name for name in names if not (into / name).exists())
