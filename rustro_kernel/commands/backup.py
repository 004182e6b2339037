"""`rustro backup` and `rustro restore`."""

from pathlib import Path

from rustro_kernel.config import Config
from rustro_kernel.control.finding import holders
from rustro_kernel.domain.errors import BadConfig, Refused
from rustro_kernel.housekeeping.backup import remove_old
from rustro_kernel.housekeeping.restore import restore as restored
from rustro_kernel.session.upkeep import back_up


def backup(cfg: Config, to: Path | None) -> tuple[int, str]:
    """The exit code and what to say.

    Raises:
        BadConfig: If nobody said where to.
        Refused: If a session runs on the state folder, or there is not enough room.
    """
    into = to or cfg.backup.dir
    if into is None:
        raise BadConfig("backup.dir", "is not set; set it, or say --to DIR")
    running = holders(cfg.state.dir)
    if running:
        names = ", ".join(running.values())
        raise Refused(f"{names} runs on {cfg.state.dir}; back up after it")
    made = back_up(cfg, into)
    old = remove_old(into, cfg.backup.keep)
    return 0, f"backup {made}" + (f"; {len(old)} old removed" if old else "")


def restore(folder: Path, to: Path) -> tuple[int, str]:
    """The same.

    Raises:
        Refused: If `to` holds anything.
        DamagedRecord: If the backup is not whole.
    """
    held = restored(folder, to)
    return 0, (
        f"restored {len(held.files)} files, each with the content it was backed up with: "
        f"{to / 'state'} is the state folder, {to / 'runs'} holds the runs"
    )
