"""`rustro kill`: writes EMERGENCY_STOP into the state folder and waits until it is taken.

It needs no connection to the session: a file works while its notebook is blocked.
"""

import fcntl
import time
from pathlib import Path

from rustro_kernel.domain.errors import Refused
from rustro_kernel.session.emergency import NAME

WAIT_S, LOOK_S = 5.0, 0.05


def kill(folder: Path, reason: str, *, wait_s: float = WAIT_S) -> tuple[int, str]:
    """The exit code and what to say.

    Raises:
        Refused: If no session runs on this state folder: the file would only stop the next one.
    """
    holders = running(folder)
    if not holders:
        raise Refused(f"no session runs on {folder}; nothing was killed")
    path = folder / NAME
    fresh = path.with_name(f"{NAME}.new")
    fresh.write_text(reason + "\n")
    fresh.replace(path)
    end = time.monotonic() + wait_s
    while path.exists():
        if time.monotonic() > end:
            return 1, f"{path} is written and not taken yet by {', '.join(holders)}: look there"
        time.sleep(LOOK_S)  # noqa: TID251 - a command of its own, on no loop
    return 0, f"killed {', '.join(holders)}; its run folder gets an incident report"


def running(folder: Path) -> list[str]:
    """The sessions that hold a lock in a state folder, as they named themselves."""
    return [path.read_text().strip() for path in sorted(folder.glob("*.lock")) if _is_held(path)]


def _is_held(path: Path) -> bool:
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
