"""inputs/inputs.jsonl: every input that is no tick; and reading both kinds as one stream."""

from collections.abc import Iterator
from heapq import merge
from operator import attrgetter
from pathlib import Path

import msgspec

from rustro_kernel.domain.errors import DamagedRecord
from rustro_kernel.engine.inputs import Input
from rustro_kernel.records import layout
from rustro_kernel.records.files import AppendFile, BufferedFile
from rustro_kernel.records.lines import until_damage, whole_lines
from rustro_kernel.records.tick_log import read_ticks

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Input)


class InputLog:
    """Appends inputs, one JSON object a line."""

    def __init__(self, file: AppendFile) -> None:
        self._file = BufferedFile(file)
        self.is_due = False

    def append(self, given: Input) -> None:
        """Queue an input."""
        self._file.add(_encoder.encode(given) + b"\n")
        self.is_due = True

    def flush(self) -> None:
        """Write what is queued."""
        self._file.flush()
        self.is_due = False

    def sync(self) -> None:
        """Wait until what was flushed is on disk."""
        self._file.sync()

    def close(self) -> None:
        """Flush and close."""
        self._file.close()


def read_others(folder: Path) -> Iterator[Input]:
    """The inputs of a run that are no ticks, in order.

    Raises:
        DamagedRecord: At the first line that is no input or whose number does not rise.
    """
    last = 0
    for number, line in enumerate(whole_lines(folder / layout.INPUTS, layout.INPUTS), 1):
        try:
            given = _decoder.decode(line)
        except ValueError as exc:
            raise DamagedRecord(layout.INPUTS, number, str(exc)) from exc
        if given.n <= last:
            raise DamagedRecord(layout.INPUTS, number, f"input {given.n} after input {last}")
        last = given.n
        yield given


def read_inputs(folder: Path) -> Iterator[Input]:
    """All inputs of a run by number.

    Raises:
        DamagedRecord: At a damaged record, or if the numbers are not 1, 2, 3, ...
    """
    return _dense(_by_number(read_others(folder), read_ticks(folder)))


def whole_inputs(folder: Path) -> Iterator[Input]:
    """The inputs up to the first hole or damage: what a crash has left that can be used."""
    return until_damage(_whole(folder))


def last_usable(folder: Path) -> tuple[int, int]:
    """Number of the last input that can be used, and a time that none after it may precede.

    Of inputs with the same number none can be used: which one was applied is not known.
    """
    n = ts = 0
    try:
        for given in _whole(folder):
            n, ts = given.n, given.ts
    except DamagedRecord as exc:
        n = exc.record - 1
    return n, ts


def _whole(folder: Path) -> Iterator[Input]:
    streams = until_damage(read_others(folder)), until_damage(read_ticks(folder))
    return _dense(_by_number(*streams))


def _by_number(first: Iterator[Input], second: Iterator[Input]) -> Iterator[Input]:
    return merge(first, second, key=attrgetter("n"))


def _dense(inputs: Iterator[Input]) -> Iterator[Input]:
    for expected, given in enumerate(inputs, 1):
        if given.n > expected:
            problem = f"missing; the next one on disk is {given.n}"
            raise DamagedRecord("inputs", expected, problem)
        if given.n < expected:
            raise DamagedRecord("inputs", given.n, "recorded twice")
        yield given
