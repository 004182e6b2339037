"""One pass over a recorded day, in portions: what its inputs cause, held against its ledger.

On the way the engine's state is kept every so many inputs, so that any moment of the day is a few
thousand inputs away from a known one (`records.stepper`). The run folder is only read.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Protocol

from rustro_kernel.domain.errors import DamagedRecord
from rustro_kernel.engine.asked import AtHand
from rustro_kernel.engine.inputs import Input
from rustro_kernel.engine.turn import Turn
from rustro_kernel.engine.view import View
from rustro_kernel.records import layout
from rustro_kernel.records.ledger import decode_slim, ledger_lines
from rustro_kernel.records.lines import last_of, until_damage
from rustro_kernel.records.replay import Comparison, ReplayResult, recorded
from rustro_kernel.records.stops import EventIndex
from rustro_kernel.records.tape import CHUNK, Tape

MARK_EVERY = 4 * CHUNK
MOST_MARKS = 96
"""A mark is a megabyte or two; of a longer day every second one is let go."""


class Rewindable(Protocol):
    """What stepping needs of an engine."""

    def apply(self, item: Input, /) -> Turn:
        """What an input causes."""

    def snapshot(self) -> bytes:
        """The whole state."""

    def view(self) -> View:
        """The frozen picture."""

    def at_hand(self, name: str = "") -> AtHand:
        """What it has of an underlying."""


class Mark(NamedTuple):
    """The engine's state after an input; none before the first."""

    n: int
    state: bytes | None


class Survey:
    """Feeds a run's inputs once to a fresh engine. `go_on` until it is over.

    Attributes:
        tape: The inputs fed so far.
        events: What they caused.
        marks: States on the way, in order; the first one is that before the first input.
        is_over: Nothing is left to feed.
        problem: Why the records cannot be used any further, in words; what was fed stays.
        result: Whether the events are those of the ledger; None until all was compared.
        expected: Number of the last input that the ledger speaks of.
        ends_ns: When the last event of the ledger was.
    """

    def __init__(self, folder: Path, fresh: Callable[[], Rewindable]) -> None:
        self.tape, self.events = Tape(), EventIndex()
        self.marks = [Mark(0, None)]
        self.is_over, self.problem = False, ""
        self.result: ReplayResult | None = None
        self.expected, self.ends_ns = _end_of(folder)
        records = recorded(folder)
        self._inputs, self._every = records.inputs, MARK_EVERY
        self._compared = Comparison(records.lines, is_complete=records.is_complete)
        self._engine = fresh()

    @property
    def verdict(self) -> str:
        """How it stands, in one sentence; never more than is known."""
        if self._compared.difference is not None:
            return str(self._compared.difference)
        if self.problem:
            return f"{self.problem}; {self._compared.same} events before that are identical"
        if self.result is not None:
            return str(self.result)
        return f"identical so far: {self._compared.same} events"

    @property
    def is_identical(self) -> bool:
        """Nothing that was compared so far differs, and all could be read."""
        return self._compared.difference is None and not self.problem

    def go_on(self, most: int) -> bool:
        """Feed at most so many inputs; false when it is over."""
        for _ in range(most):
            if self.is_over:
                return False
            self._one_more()
        return not self.is_over

    def _one_more(self) -> None:
        try:
            given = next(self._inputs, None)
            if given is None:
                self._end()
            else:
                self._feed(given)
        except DamagedRecord as exc:
            self._stop(str(exc))

    def _feed(self, given: Input) -> None:
        try:
            turn = self._engine.apply(given)
        except Exception as exc:  # records of another version can be wrong in any way
            what = f"{type(exc).__name__}: {exc}"
            raise DamagedRecord("inputs", given.n, f"this version cannot apply it: {what}") from exc
        self.tape.append(given)
        self.events.extend(turn.events)
        self._compared.take(turn.events)
        if given.n % self._every == 0:
            self._mark(given.n)

    def _mark(self, n: int) -> None:
        self.marks.append(Mark(n, self._engine.snapshot()))
        if len(self.marks) > MOST_MARKS:
            self.marks, self._every = self.marks[::2], 2 * self._every

    def _end(self) -> None:
        if not len(self.tape):
            self._stop(f"{layout.INPUTS} holds no input, so nothing can be fed")
            return
        self.result = self._compared.end(len(self.tape))
        self.is_over = True

    def _stop(self, problem: str) -> None:
        self.problem, self.is_over = problem, True


def _end_of(folder: Path) -> tuple[int, int]:
    """Input and time of the last event that can be read; zeros if there is none."""
    last = last_of(until_damage(ledger_lines(folder)))
    try:
        end = decode_slim(last) if last else None
    except ValueError:
        end = None
    return (end.input, end.ts) if end else (0, 0)
