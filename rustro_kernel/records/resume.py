"""The engine as it was when a process ended: from a snapshot and the inputs since, checked.

What the inputs cause is compared with the ledger byte for byte; events that a crash kept from the
ledger are appended. Effects are not carried out: whatever of them had been done is looked up.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Protocol

from rustro_kernel.domain.errors import SessionFailed
from rustro_kernel.engine.inputs import Input
from rustro_kernel.engine.turn import Event, Turn
from rustro_kernel.records.chain import START, Chain, split
from rustro_kernel.records.difference import difference
from rustro_kernel.records.input_log import whole_inputs
from rustro_kernel.records.ledger import ledger_lines
from rustro_kernel.records.recorder import Recorder
from rustro_kernel.records.snapshots import Snapshot, snapshots


class Pure(Protocol):
    """What resuming needs of an engine."""

    def apply(self, item: Input, /) -> Turn:
        """What an input causes."""

    def snapshot(self) -> bytes:
        """The whole state."""


def resumed(
    folder: Path,
    recorder: Recorder,
    fresh: Callable[[], Pure],
    restore: Callable[[bytes], Pure],
) -> bytes:
    """The state after the last recorded input; `recorder` has opened the folder just now.

    Raises:
        SessionFailed: If the ledger says something else than the inputs cause.
    """
    engine, base = _begun(folder, recorder, fresh, restore)
    lines = islice(ledger_lines(folder), base.seq, recorder.ledger.seq)
    chain = Chain(base.hash)
    for item in whole_inputs(folder):
        if item.n > base.input:
            recorder.state(item.n, _missing(engine.apply(item).events, lines, chain))
    for line in lines:
        raise SessionFailed(str(difference(recorder.ledger.seq, line, None)))
    recorder.sync()
    return engine.snapshot()


def _missing(events: list[Event], lines: Iterator[bytes], chain: Chain) -> list[Event]:
    """Those of a turn's events that the ledger lacks; the others must be what it has."""
    missing = []
    for event in events:
        made, stored = chain.line(event), next(lines, None)
        if stored is None:
            missing.append(event)
        elif stored != made:
            raise SessionFailed(str(difference(event.seq, stored, made)))
    return missing


def _begun(
    folder: Path,
    recorder: Recorder,
    fresh: Callable[[], Pure],
    restore: Callable[[bytes], Pure],
) -> tuple[Pure, Snapshot]:
    """The newest snapshot that the records bear out, as an engine; else one that saw nothing."""
    for taken in snapshots(folder):
        if taken.input <= recorder.taken_input and _hash_at(folder, taken.seq) == taken.hash:
            try:
                return restore(taken.state), taken
            except ValueError:  # of another version
                continue
    return fresh(), Snapshot(0, 0, START, b"")


def _hash_at(folder: Path, seq: int) -> str:
    line = next(islice(ledger_lines(folder), seq - 1, None), b"") if seq else b""
    parts = split(line)
    return parts[1] if parts else ""
