"""Feeding a run's inputs to a fresh engine and comparing what it states, byte for byte."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

import msgspec

from rustro_kernel.engine.inputs import Input
from rustro_kernel.engine.turn import Event, Turn
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


class Records(NamedTuple):
    """What a replay reads of a run folder; `is_complete`: everything has to match."""

    inputs: Iterator[Input]
    lines: Iterator[bytes]
    is_complete: bool


class Comparison:
    """Holds what an engine states against the stored lines, up to the first difference.

    Attributes:
        same: How many events were found identical.
        ahead: How many more the inputs give than a crash has left.
        difference: The first one, if any.
    """

    def __init__(self, lines: Iterator[bytes], *, is_complete: bool) -> None:
        self.same = self.ahead = 0
        self.difference: Difference | None = None
        self._lines, self._is_complete, self._chain = lines, is_complete, Chain()

    def take(self, events: Iterable[Event]) -> bool:
        """Compare what one more input caused; false from the first difference on."""
        for event in events:
            if self.difference is not None:
                return False
            self._compare(event)
        return self.difference is None

    def end(self, fed: int) -> ReplayResult:
        """What came of it when `fed` inputs were all: what the ledger has beyond is a difference.

        Raises:
            DamagedRecord: If the ledger of a finished run cannot be read further.
        """
        if self.difference is None:
            number, last = self.same + 1, 0 if self._is_complete else fed
            self.difference = _left_over(number, self._lines, last)
        ahead = 0 if self.difference is not None else self.ahead
        return ReplayResult(self.same, fed, self._is_complete, ahead, self.difference)

    def _compare(self, event: Event) -> None:
        line, stored = self._chain.line(event), next(self._lines, None)
        if stored is None and not self._is_complete:
            self.ahead += 1
        elif stored != line:
            self.difference = difference(self.same + 1, stored, line)
        else:
            self.same += 1


def recorded(folder: Path) -> Records:
    """The inputs and the ledger of a run; of one that is not sealed, what is whole of them."""
    if (folder / layout.MANIFEST).exists():
        return Records(read_inputs(folder), ledger_lines(folder), True)
    lines = until_damage(ledger_lines(folder))
    return Records(whole_inputs(folder), lines, is_finished(folder))


def replay(folder: Path, make_engine: Callable[[], EngineLike]) -> ReplayResult:
    """Compare a run with what its inputs cause now.

    Raises:
        DamagedRecord: If the records of a sealed run cannot be read. Of another one, what is torn
            is left out. Nothing in the folder is changed.
    """
    records, engine, fed = recorded(folder), make_engine(), 0
    compared = Comparison(records.lines, is_complete=records.is_complete)
    for given in records.inputs:
        fed = given.n
        if not compared.take(engine.apply(given).events):
            break
    return compared.end(fed)


def _left_over(number: int, lines: Iterator[bytes], last_input: int) -> Difference | None:
    """A stored event that no input caused; one whose input a crash has torn does not count."""
    for stored in lines:
        if last_input == 0 or decode_slim(stored).input <= last_input:
            return difference(number, stored, None)
        return None
    return None
