"""Feeding a run's inputs to a fresh engine and comparing what it states, byte for byte."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import msgspec

from rustro_kernel.engine.inputs import Input
from rustro_kernel.engine.turn import Turn
from rustro_kernel.records import layout
from rustro_kernel.records.chain import Chain
from rustro_kernel.records.difference import Difference, difference
from rustro_kernel.records.input_log import read_inputs, whole_inputs
from rustro_kernel.records.ledger import decode_slim, ledger_lines
from rustro_kernel.records.lines import last_of, until_damage


class EngineLike(Protocol):
    """What replay needs of an engine."""

    def apply(self, given: Input, /) -> Turn:
        """What an input causes."""


class ReplayResult(msgspec.Struct, frozen=True):
    """What came of a replay.

    Attributes:
        events: How many stored events were compared and found identical.
        inputs: How many inputs were fed.
        is_complete: The run was finished, so that everything had to match.
        ahead: Events that follow from the inputs and that a crash kept from the ledger.
        difference: The first one, if any.
    """

    events: int
    inputs: int
    is_complete: bool
    ahead: int = 0
    difference: Difference | None = None

    @property
    def is_identical(self) -> bool:
        """No difference was found."""
        return self.difference is None

    def __str__(self) -> str:
        if self.difference is not None:
            return str(self.difference)
        text = f"identical: {self.events} events"
        if not self.is_complete:
            text += f" (the run was not finished; its inputs give {self.ahead} more)"
        return text


def is_finished(folder: Path) -> bool:
    """The last event of the run says that it was its last."""
    last = last_of(until_damage(ledger_lines(folder)))
    return last is not None and b'"type":"ShutdownCompleted"' in last


def replay(folder: Path, make_engine: Callable[[], EngineLike]) -> ReplayResult:
    """Compare a run with what its inputs cause now.

    Raises:
        DamagedRecord: If the records of a sealed run cannot be read. Of another one, what is torn
            is left out. Nothing in the folder is changed.
    """
    is_sealed = (folder / layout.MANIFEST).exists()
    inputs = read_inputs(folder) if is_sealed else whole_inputs(folder)
    lines = ledger_lines(folder) if is_sealed else until_damage(ledger_lines(folder))
    complete = is_sealed or is_finished(folder)
    return _compare(inputs, lines, make_engine(), is_complete=complete)


def _compare(
    inputs: Iterator[Input], lines: Iterator[bytes], engine: EngineLike, *, is_complete: bool
) -> ReplayResult:
    made, same, ahead, fed = Chain(), 0, 0, 0
    for given in inputs:
        fed = given.n
        for event in engine.apply(given).events:
            line, stored = made.line(event), next(lines, None)
            if stored is None and not is_complete:
                ahead += 1
            elif stored != line:
                parted = difference(same + 1, stored, line)
                return ReplayResult(same, fed, is_complete, 0, parted)
            else:
                same += 1
    found = _left_over(same + 1, lines, 0 if is_complete else fed)
    return ReplayResult(same, fed, is_complete, ahead, found)


def _left_over(number: int, lines: Iterator[bytes], last_input: int) -> Difference | None:
    """A stored event that no input caused; one whose input a crash has torn does not count."""
    for stored in lines:
        if last_input == 0 or decode_slim(stored).input <= last_input:
            return difference(number, stored, None)
        return None
    return None
