"""The one writer of a run: inputs before events, and on disk before anybody relies on it.

Used by one thread at a time. An `OSError` may come out of `flush`, `commit` and `sync`; nothing is
lost by it: what is not on disk stays queued in memory, and the next call goes on with it.
"""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import count
from operator import attrgetter, eq
from pathlib import Path

from rustro_kernel.domain.errors import SessionFailed
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine.inputs import Input
from rustro_kernel.engine.turn import Event
from rustro_kernel.records import layout
from rustro_kernel.records.files import DiskFile, OpenFile
from rustro_kernel.records.input_log import InputLog
from rustro_kernel.records.ledger import Ledger
from rustro_kernel.records.repair import repair
from rustro_kernel.records.snapshots import Snapshot, write_snapshot
from rustro_kernel.records.tick_log import TickLog

log = logging.getLogger(__name__)
Watch = Callable[[Sequence[Event]], None]
YOUNG_ROUNDS = 12
"""Commits that ticks may wait: at one in 50 ms well under the second that a crash may cost, with
room for a busy machine. A clock would have to be theirs, and they may have ceased to come."""


class Recorder:
    """Opens a run folder, new or left by a crash, and appends to it.

    Args:
        folder: The run folder.
        open_file: Opens each file.
        watch: Shown the events that were written, in order, when nothing waits for the disk; what
            it does must not raise.

    Attributes:
        repaired: What opening found and did.
        taken_input: The last input given to `take`.
        written_input: Every input up to it was handed to the system.
        durable_input: Every input up to it is on disk.
        written_state: Every event of inputs up to it was handed to the system.
        durable_state: Every input and event up to it is on disk; an effect of input n may reach
            the broker when this is n or more.
    """

    def __init__(
        self, folder: Path, *, open_file: OpenFile = DiskFile, watch: Watch | None = None
    ) -> None:
        layout.prepare(folder)
        self._folder = folder
        self._snapshot: Snapshot | None = None  # waits for the disk
        self.repaired = repair(folder)
        self._inputs = InputLog(open_file(folder / layout.INPUTS))
        self._ticks = TickLog(open_file(folder / layout.TICKS))
        self.ledger = Ledger(open_file(folder / layout.EVENTS), self.repaired.ledger)
        self._waiting: deque[Sequence[Event]] = deque()
        self._rounds = 0  # commits since ticks wait
        self._is_behind = (
            False  # what was handed to the system, or should have been, is not on disk
        )
        self._watch, self._unseen = watch, list[Event]()
        self.taken_input = self.written_input = self.durable_input = self.repaired.last_input
        # A crash may have cut the last turn's events short, so that turn does not count yet.
        self._stated = max(0, self.repaired.ledger.input - 1)
        self.written_state = self.durable_state = self._stated

    def take(self, given: Input) -> None:
        """Queue the next input.

        Raises:
            SessionFailed: If it is not the next one.
        """
        if given.n != self.taken_input + 1:
            raise SessionFailed(f"input {given.n} cannot follow input {self.taken_input}")
        self.taken_input = given.n
        log = self._ticks if isinstance(given.body, Tick) else self._inputs
        log.append(given)

    def take_all(self, given: Sequence[Input]) -> None:
        """Queue the next inputs.

        Raises:
            SessionFailed: If one is not the next.
        """
        if all(isinstance(each.body, Tick) for each in given) and self._are_next(given):
            self.taken_input += len(given)
            self._ticks.extend(given)
        else:
            for each in given:
                self.take(each)

    def state(self, n: int, events: Sequence[Event]) -> None:
        """Queue the events of input n, in order; an earlier input that was left out has none."""
        self._stated = n
        if events:
            self._waiting.append(events)

    def snapshot(self, n: int, state: bytes) -> None:
        """Keep the engine's state after input n as soon as all that led to it is on disk."""
        self._flush()
        self._snapshot = Snapshot(n, self.ledger.seq, self.ledger.hash, state)

    def flush(self) -> None:
        """Write all inputs taken, then the events whose input is written."""
        self._flush()
        self._show()

    def sync(self) -> None:
        """Return when all of it is on disk, inputs first; an order may wait for it."""
        self._flush()
        self._inputs.sync()
        self._ticks.sync()
        self.durable_input = self.written_input
        self.ledger.sync()
        self.durable_state = self.written_state
        self._is_behind = False
        self._keep_snapshot()

    def commit(self) -> None:
        """The regular group commit: `sync`, unless only young ticks wait.

        Small tick blocks pack badly, and nothing depends on them yet.
        """
        self._rounds = self._rounds + 1 if self._ticks.has_open else 0
        is_due = self._inputs.is_due or self._ticks.is_due or self._rounds >= YOUNG_ROUNDS
        if is_due or self._is_behind or self._waiting:
            self.sync()
        self._show()

    def close(self) -> None:
        """Sync and close; the files are closed even if the disk refuses."""
        with ExitStack() as closing:
            for log in (self.ledger, self._ticks, self._inputs):  # closed from the last one on
                closing.callback(log.close)
            self.sync()
            self._show()

    def _flush(self) -> None:
        self._is_behind, self._rounds = True, 0
        self._inputs.flush()
        self._ticks.flush()
        self.written_input = self.taken_input
        self._write_events()

    def _are_next(self, given: Sequence[Input]) -> bool:
        return all(map(eq, map(attrgetter("n"), given), count(self.taken_input + 1)))

    def _write_events(self) -> None:
        while self._waiting and self._waiting[0][0].input <= self.written_input:
            events = self._waiting.popleft()
            for event in events:
                self.ledger.append(event)
            if self._watch is not None:
                self._unseen += events
        self.ledger.flush()
        self.written_state = min(self._stated, self.written_input)

    def _keep_snapshot(self) -> None:
        """One that cannot be written is missed by nobody: recovery takes longer."""
        taken, self._snapshot = self._snapshot, None
        if taken is not None:
            try:
                write_snapshot(self._folder, taken)
            except OSError:
                log.warning("no snapshot after input %d", taken.input, exc_info=True)

    def _show(self) -> None:
        if self._watch is not None:
            unseen, self._unseen = self._unseen, []
            self._watch(unseen)
