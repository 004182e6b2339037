"""The file EMERGENCY_STOP in the state folder: a kill switch that needs nothing but a file system.

It is looked for on the I/O loop, so that a blocked cell does not matter. Its content is the reason.
Once the command is on disk the file is renamed, so that it kills one session and not the next day;
until then it stays, so that a crash in between forgets nothing.
"""

import logging
import os
import time
from collections.abc import Callable
from pathlib import Path

from rustro_kernel.domain.errors import EmergencyStopFound
from rustro_kernel.engine.inputs import Command

log = logging.getLogger(__name__)

NAME = "EMERGENCY_STOP"
LOOK_S = 0.25
MOST_BYTES = 500


class EmergencyStop:
    """Takes the file, once each time it is made; used by one thread at a time.

    Args:
        folder: The state folder.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._taken = ""  # which file was taken last
        self._waits_for: int | None = None  # the input that must be on disk before it is renamed

    def look(self, take: Callable[[Command], int], durable: int) -> None:
        """Hand a new file in as a command; put one away whose command is on disk.

        Args:
            take: Numbers the command; returns its number.
            durable: Every input up to it is on disk.
        """
        if self._waits_for is not None:
            if durable >= self._waits_for:
                self.put_away()
            return
        try:
            found = self._path.lstat()
        except OSError:
            return
        # A copy or a file moved here keeps the time it was written: each move changes the other.
        made = f"{found.st_mtime_ns}-{found.st_ctime_ns}"
        if made != self._taken:
            self._taken = made
            args = {"reason": reason_in(self._path)}
            self._waits_for = take(Command(f"emergency-{made}", "kill", args, NAME))

    def put_away(self) -> None:
        """Rename the file that was taken, if there is one."""
        if self._waits_for is None:
            return
        self._waits_for = None
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        try:
            self._path.rename(self._path.with_name(f"{NAME}.taken-{stamp}"))
        except OSError:
            log.exception("%s was taken and cannot be renamed; remove it by hand", self._path)


def put(folder: Path, reason: str) -> Path:
    """Make the file; whoever finds it finds the whole reason."""
    path = folder / NAME
    fresh = path.with_name(f"{NAME}.new")
    fresh.write_text(reason + "\n")
    fresh.replace(path)
    return path


def refuse_if_present(folder: Path) -> None:
    """Nothing new starts while the file is there.

    Raises:
        EmergencyStopFound: If it is.
    """
    path = folder / NAME
    if os.path.lexists(path):
        raise EmergencyStopFound(str(path), reason_in(path))


def reason_in(path: Path) -> str:
    """The file's content in one printable line; empty if there is none to be had."""
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            text = file.read(MOST_BYTES).decode(errors="replace")
    except OSError:
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
