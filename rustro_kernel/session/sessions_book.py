"""The paper and live sessions an account has begun, kept in the state folder.

They give a session its number of the day, and tell whether live trading is still new: the cap of
`risk.live_max_lots` holds on the first ten days of it. A morning that ended with the login or the
doctor is none of them.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from rustro_kernel.domain.errors import BadConfig, DamagedRecord, Refused

NEW_FOR = 10
"""Days of live trading on which the cap on lots holds."""


class Entry(msgspec.Struct, frozen=True):
    """One session that was begun."""

    id: str
    mode: str
    date: str  # ISO
    is_simulated: bool = False  # at an exchange on this machine: no experience, no real money
    folder: str = ""  # where it is recorded
    is_cleared: bool = False  # login and doctor let it trade live


class Book(msgspec.Struct, frozen=True):
    """The file's content, oldest first."""

    sessions: tuple[Entry, ...] = ()


def book_of(folder: Path, account: str) -> Path:
    """Where an account's book lies."""
    return folder / f"{account}.sessions.json"


def read_book(path: Path) -> Book:
    """The sessions so far; none where there is no file.

    A damaged book is not begun anew: its numbers keep the order tags of one day apart.

    Raises:
        DamagedRecord: If it cannot be read.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Book)
    except FileNotFoundError:
        return Book()
    except OSError as exc:
        raise BadConfig("state.dir", f"{path} cannot be read: {exc.strerror}") from exc
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        raise DamagedRecord(path.name, 1, f"{exc}; repair {path}, or move it away") from exc


def record(path: Path, entry: Entry) -> None:
    """Add a session that begins now. The caller holds the account's lock.

    Raises:
        Refused: If its number was taken since it was counted.
        BadConfig: If the file cannot be written.
    """
    earlier = read_book(path).sessions
    if any(entry.id == each.id for each in earlier):
        raise Refused(f"session {entry.id} was begun meanwhile; start again")
    _write(path, Book((*earlier, entry)))


def clear(path: Path, id: str) -> None:
    """Note that login and doctor let a session trade live. Its process holds the account's lock.

    Raises:
        BadConfig: If the file cannot be written.
    """
    sessions = read_book(path).sessions
    noted = (
        msgspec.structs.replace(each, is_cleared=True) if each.id == id else each
        for each in sessions
    )
    _write(path, Book(tuple(noted)))


def _write(path: Path, book: Book) -> None:
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(book)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as exc:
        raise BadConfig("state.dir", f"{path} cannot be written: {exc.strerror}") from exc


def number(sessions: Sequence[Entry], mode: str, date: str) -> int:
    """The n of the mode's next session of a day."""
    return 1 + sum((entry.mode, entry.date) == (mode, date) for entry in sessions)


def last(sessions: Sequence[Entry], mode: str, date: str) -> Entry | None:
    """The mode's last session of a day."""
    mine = [entry for entry in sessions if (entry.mode, entry.date) == (mode, date)]
    return mine[-1] if mine else None


def lot_cap(sessions: Sequence[Entry], mode: str, date: str, most: int) -> int:
    """The most lots of one position while live trading is new; 0: no cap.

    Days are counted, not starts: ten restarts of one morning make nobody experienced.
    """
    real = [entry for entry in sessions if entry.is_cleared and not entry.is_simulated]
    days = {entry.date for entry in real if entry.date < date}
    return most if mode == "live" and len(days) < NEW_FOR else 0
