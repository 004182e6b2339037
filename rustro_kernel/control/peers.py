"""Who is at the other end of a unix socket."""

import socket
import struct
import sys

ROOT = 0
_CREDENTIALS = struct.Struct("3i")


def peer_uid(sock: socket.socket) -> int | None:
    """The user of the process at the other end; None where the system does not tell."""
    if sys.platform != "linux":
        return None
    found = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    uid: int = _CREDENTIALS.unpack(found)[1]
    return uid


def is_trusted(uid: int | None, own_uid: int) -> bool:
    """Whether one who shows this user is us or root; elsewhere the file's mode alone decides."""
    return uid in (None, own_uid, ROOT)
