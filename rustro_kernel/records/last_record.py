"""Whether a ledger says that its session is over, read from its end alone."""

from pathlib import Path

from rustro_kernel.records import layout

TAIL_BYTES = 4096
OVER = b'"type":"ShutdownCompleted"'


def says_over(folder: Path) -> bool:
    """Whether the session of a run folder has written its last record."""
    return OVER in _last_line(folder / layout.EVENTS)


def _last_line(path: Path) -> bytes:
    """The last whole line of a file, or as much of it as is needed."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - TAIL_BYTES))
            return file.read().rpartition(b"\n")[0].rpartition(b"\n")[2]
    except OSError:
        return b""
