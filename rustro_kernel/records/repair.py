"""Opening a folder that a crash has left: what is not whole is cut off and kept in quarantine.

Effects reach the broker only after their input and events were synced, so nothing cut here can
have reached it. Running it twice, or dying in the middle and running it again, ends the same.
"""

import os
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import msgspec

from rustro_kernel.records import layout
from rustro_kernel.records.chain import Chain
from rustro_kernel.records.files import sync_folder, write_whole
from rustro_kernel.records.input_log import last_usable, read_others
from rustro_kernel.records.ledger import NO_EVENTS, LedgerEnd, decode_slim, ledger_lines
from rustro_kernel.records.lines import until_damage, whole_lines
from rustro_kernel.records.tick_block import pack
from rustro_kernel.records.tick_log import read_blocks


class Cut(msgspec.Struct, frozen=True):
    """The end of a file that was taken out: `kept_as` holds it, inside the folder."""

    file: str
    start: int
    size: int
    reason: str
    kept_as: str


class Repaired(msgspec.Struct, frozen=True):
    """Where the records of a folder stand, and what had to be cut to get there."""

    cuts: tuple[Cut, ...] = ()
    last_input: int = 0
    last_ts: int = 0  # no later input may be before it
    ledger: LedgerEnd = NO_EVENTS


def repair(folder: Path) -> Repaired:
    """Leave inputs without holes and a ledger whose chain verifies and whose inputs exist."""
    last_input, last_ts = last_usable(folder)
    ledger_size, ledger = _sound_ledger(folder, last_input)
    found = (
        _cut(folder, layout.EVENTS, ledger_size, f"torn, or later than input {last_input}"),
        _cut(folder, layout.INPUTS, _sound_inputs(folder, last_input), "torn, or behind a hole"),
        _cut_ticks(folder, last_input),
    )
    return Repaired(tuple(c for c in found if c), last_input, last_ts, ledger)


def _sound_ledger(folder: Path, last_input: int) -> tuple[int, LedgerEnd]:
    """How many bytes are good, and where the ledger stands after them."""
    chain, size, end = Chain(), 0, NO_EVENTS
    for line in until_damage(ledger_lines(folder)):
        if chain.check(line) is not None:
            break
        event = decode_slim(line)
        if event.input > last_input:
            break
        size += len(line) + 1
        end = LedgerEnd(event.seq, event.input, chain.last)
    return size, end


def _sound_inputs(folder: Path, last_input: int) -> int:
    """How many bytes hold whole inputs up to the last one."""
    lines = whole_lines(folder / layout.INPUTS, layout.INPUTS)
    pairs = zip(until_damage(read_others(folder)), lines, strict=False)
    good = takewhile(lambda pair: pair[0].n <= last_input, pairs)
    return sum(len(line) + 1 for _, line in good)


def _cut_ticks(folder: Path, last_input: int) -> Cut | None:
    """Cut after the last input; the good ticks of the block it stands in are packed anew."""
    size, rest = 0, b""
    for block in until_damage(read_blocks(folder)):
        good = [given for given in block.ticks if given.n <= last_input]
        if len(good) < len(block.ticks):
            rest = pack(good) if good else b""
            break
        size = block.end
    return _cut(folder, layout.TICKS, size, "torn, or behind a hole", rest)


def _cut(folder: Path, name: str, size: int, reason: str, rest: bytes = b"") -> Cut | None:
    """Move what follows `size` bytes into quarantine and put `rest` in its place."""
    path = folder / name
    if not path.exists() or path.stat().st_size == size:
        return None
    with path.open("rb") as file:
        kept = b"" if not rest else file.read(size)
        file.seek(size)
        lost = file.read()
    kept_as = _quarantine(folder, name, size, lost)
    if rest:
        write_whole(path, kept + rest)
    else:
        _truncate(path, size)
    return Cut(name, size, len(lost), reason, kept_as)


def _truncate(path: Path, size: int) -> None:
    with path.open("r+b") as file:
        file.truncate(size)
        os.fsync(file.fileno())


def _quarantine(folder: Path, name: str, start: int, lost: bytes) -> str:
    """Store the bytes under a name that says where they were."""
    place = folder / layout.QUARANTINE
    place.mkdir(exist_ok=True)
    sync_folder(folder)
    path = next(p for p in _names(place, Path(name).name, start) if not p.exists())
    write_whole(path, lost)
    return str(path.relative_to(folder))


def _names(place: Path, name: str, start: int) -> Iterator[Path]:
    yield place / f"{name}.from-{start}"
    number = 2
    while True:
        yield place / f"{name}.from-{start}.{number}"
        number += 1
