"""Which session is meant, and what it means when it does not answer."""

import os
import socket
from pathlib import Path

from rustro_kernel.control.places import socket_path, sockets
from rustro_kernel.domain.errors import BadUsage, NoAnswer, NotRunning
from rustro_kernel.records.file_lock import holder

CONNECT_S = 1.0


def holders(state_dir: Path) -> dict[str, str]:
    """Who holds each account's lock in a state folder, as it named itself."""
    found = ((path.stem, holder(path)) for path in sorted(state_dir.glob("*.lock")))
    return {account: name for account, name in found if name is not None}


def listening(state_dir: Path) -> list[str]:
    """The accounts on whose sockets somebody listens; a killed process left the others."""
    return [path.stem for path in sockets(state_dir) if _is_heard(path)]


def find(state_dir: Path, account: str | None = None) -> Path:
    """The socket of the account's session, or of the only one.

    Raises:
        NotRunning: If no session runs there.
        NoAnswer: If one runs and does not listen.
        BadUsage: If there are several and no account was named.
    """
    heard = [account] if account else listening(state_dir)
    if not heard:
        raise silence(state_dir)
    if len(heard) > 1:
        raise BadUsage(f"sessions of {', '.join(heard)} run on {state_dir}; name the account")
    path = socket_path(state_dir, heard[0])
    if not _is_heard(path):
        raise silence(state_dir, account)
    return path


def silence(state_dir: Path, account: str | None = None) -> NotRunning | NoAnswer:
    """What it is that nobody listens."""
    held = holders(state_dir)
    names = [name for key, name in held.items() if account in (None, key)]
    if names:
        return NoAnswer(" and ".join(names), "it runs, and nobody listens on its socket")
    where = f"{state_dir} for account {account}" if account else str(state_dir)
    return NotRunning(where)


def _is_heard(path: Path) -> bool:
    """Whether a process listens; one that is stopped does, too."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
        link.settimeout(CONNECT_S)
        try:
            link.connect(os.fspath(path))
        except (FileNotFoundError, ConnectionRefusedError):
            return False
        except OSError:  # too busy to take one more, or not for us: who asks is told then
            return True
    return True
