"""What a supervisor remembers from one process to the next: <account>.serve.json.

It is a help and no record: where it cannot be written, or says nonsense, the day goes on. The
sessions themselves are found by their lock and their book.
"""

import datetime as dt
import logging
import os
from pathlib import Path

import msgspec

from rustro_kernel.supervision.policy import Day
from rustro_kernel.supervision.processes import Born

log = logging.getLogger(__name__)


class Memory(msgspec.Struct, frozen=True):
    """The day so far, and how far it has come.

    `is_selling`: it was given up, and what it held is not proven sold. `over`: the last day that is
    done with, and how it ended.
    """

    day: Day
    run: Born | None = None
    kernel: Born | None = None
    is_selling: bool = False
    over: dt.date | None = None
    exit_code: int = 0


NOTHING = Memory(Day(dt.date.min))


def memory_of(folder: Path, account: str) -> Path:
    """Where an account's supervisor keeps it."""
    return folder / f"{account}.serve.json"


def read(path: Path) -> Memory:
    """What was remembered; nothing where it cannot be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Memory)
    except FileNotFoundError:
        return NOTHING
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as exc:
        log.warning("%s cannot be read: %s", path, exc)
        return NOTHING


def write(path: Path, memory: Memory) -> str:
    """Keep it; the problem in words if it cannot be kept."""
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(memory)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as exc:
        return f"{path} cannot be written: {exc.strerror or exc}"
    return ""
