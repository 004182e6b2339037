"""Where a session's socket is: in its state folder, or where a shorter name is possible."""

import hashlib
import os
import stat
import sys
from pathlib import Path

LIMIT = 107 if sys.platform == "linux" else 103
"""Bytes a socket's address may have (AF_UNIX)."""
SHORT = Path("/tmp")  # noqa: S108 - the folder in it is private, see `make_private`
"""Not of the environment: a service and a person's shell have different ones."""


def socket_path(state_dir: Path, account: str) -> Path:
    """The socket of an account's session, whether it exists or not. Absolute, links resolved."""
    usual = _real(state_dir) / f"{account}.sock"
    if len(os.fsencode(usual)) <= LIMIT:
        return usual
    return _short_folder(state_dir) / f"{account}.sock"


def sockets(state_dir: Path) -> list[Path]:
    """The sockets of a state folder, by account; one that was left behind is listed too."""
    folders = (_real(state_dir), _short_folder(state_dir))
    found = (path for folder in folders for path in folder.glob("*.sock") if path.is_socket())
    return sorted(found, key=lambda path: path.name)


def make_private(folder: Path) -> None:
    """Make a folder outside the state folder, where nobody else may have a say.

    Raises:
        PermissionError: If somebody else made it, or may write to it.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
    if not is_ours or found.st_mode & 0o077:
        raise PermissionError(f"{folder} is not a folder of ours alone")


def _short_folder(state_dir: Path) -> Path:
    digest = hashlib.sha256(os.fsencode(_real(state_dir))).hexdigest()
    return SHORT / f"rustro-{digest[:16]}"


def _real(folder: Path) -> Path:
    return Path(os.path.realpath(folder))
