"""Snapshots of the engine's state inside a run folder: two are kept, a damaged one is ignored.

They shorten recovery and decide nothing: without any, the inputs give the same state.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import msgspec

from rustro_kernel.records.files import write_whole

FOLDER = "snapshots"
KEPT = 2


class Snapshot(msgspec.Struct, frozen=True):
    """The state after an input, and where the ledger stood then."""

    input: int
    seq: int
    hash: str  # of the ledger's line `seq`
    state: bytes
    sha256: str = ""  # of `state`


def write_snapshot(folder: Path, taken: Snapshot) -> None:
    """Keep one; everything up to its input is on disk already."""
    place = folder / FOLDER
    place.mkdir(exist_ok=True)
    sealed = msgspec.structs.replace(taken, sha256=sha256(taken.state).hexdigest())
    write_whole(place / f"{taken.input:012}.snapshot", msgspec.msgpack.encode(sealed))
    for old in _files(folder)[KEPT:]:
        old.unlink()


def snapshots(folder: Path) -> Iterator[Snapshot]:
    """Those that are whole, newest first."""
    for path in _files(folder):
        try:
            found = msgspec.msgpack.decode(path.read_bytes(), type=Snapshot)
        except (OSError, ValueError):
            continue
        if sha256(found.state).hexdigest() == found.sha256:
            yield found


def _files(folder: Path) -> list[Path]:
    return sorted((folder / FOLDER).glob("*.snapshot"), reverse=True)
