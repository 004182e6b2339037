"""The socket file: made so that nobody else ever gets in, taken away by who made it."""

import os
import socket
import stat
from pathlib import Path

from rustro_kernel.control.places import make_private

BACKLOG = 64


class Listening:
    """A socket that listens, from construction to `close`. Hold the account's lock meanwhile.

    Whatever socket lies there is one that a killed process left: its owner would hold the lock.

    Args:
        path: Of `places.socket_path`.
        state_dir: The state folder; a socket beside it lies in a folder of its own.

    Raises:
        OSError: If the place cannot be used.
    """

    def __init__(self, path: Path, state_dir: Path) -> None:
        self.path = path
        if path.parent != Path(os.path.realpath(state_dir)):
            make_private(path.parent)
        _remove_left(path)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self.socket.bind(os.fspath(path))
            path.chmod(0o600)  # nobody can connect before the next line
            self.socket.listen(BACKLOG)
            self._inode = path.lstat().st_ino
        except BaseException:
            self.socket.close()
            raise
        self.socket.setblocking(False)

    def close(self) -> None:
        """Close it, and take the file away if it is still ours."""
        try:
            if self.path.lstat().st_ino == self._inode:
                self.path.unlink()
        except OSError:
            pass  # gone already; one that stays is as good as one a killed process left
        self.socket.close()


def _remove_left(path: Path) -> None:
    """A file of another kind stays: nobody knows whose it is, and the socket cannot be made."""
    try:
        if stat.S_ISSOCK(path.lstat().st_mode):
            path.unlink()
    except FileNotFoundError:
        pass
