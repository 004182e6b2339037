"""One session per account and state folder, whatever process it runs in."""

import os
import time
from pathlib import Path

from rustro_kernel.domain.errors import BadConfig
from rustro_kernel.records.file_lock import FileLock


class SessionLock(FileLock):
    """Held from construction to `release`.

    Args:
        folder: The state folder; made if missing.
        account: The account traded.
        session_id: Named to whoever is refused.

    Raises:
        AlreadyRunning: If another session holds it.
        BadConfig: If the folder cannot be made or written.
    """

    def __init__(self, folder: Path, account: str, session_id: str) -> None:
        since = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
        holder = f"session {session_id} (process {os.getpid()}, since {since})"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            super().__init__(folder / f"{account}.lock", f"account {account} in {folder}", holder)
        except OSError as exc:
            raise BadConfig("state.dir", f"{folder} cannot be used: {exc.strerror}") from exc
