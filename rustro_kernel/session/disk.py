"""The disk thread: writes inputs, then the events they led to, and says how far the disk is.

Inputs are queued by the I/O loop when they are numbered, events by whoever turned the crank, so
an event always follows its input in the queue. The recorder writes inputs first as well.
"""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Event as Signal
from typing import NamedTuple

from rustro_kernel.engine.inputs import Input
from rustro_kernel.engine.turn import Event
from rustro_kernel.records.health import HealthLog, HealthNote
from rustro_kernel.session.parts import Keeping

log = logging.getLogger(__name__)

COMMIT_S = 0.05
"""The group commit: nothing waits longer, unless an order waits for it."""


class State(NamedTuple):
    """The engine's state after an input."""

    n: int
    snapshot: bytes


Work = Input | list[Input] | HealthNote | State | tuple[int, Sequence[Event]]


class Disk:
    """Owns recorder and health log while its thread runs.

    Args:
        recorder: Keeps inputs and events.
        health: Keeps notes; None: they are dropped.
        tell: Called on the disk thread when an asked-for sync is done, and when the disk begins
            or ceases to refuse; must not block.

    Attributes:
        durable: Every input and event up to this input is on disk.
        problem: Why the disk refuses at present; empty if it does not.
    """

    def __init__(
        self, recorder: Keeping, health: HealthLog | None, tell: Callable[[], None]
    ) -> None:
        self.durable, self.problem = 0, ""
        self._recorder, self._health, self._tell = recorder, health, tell
        self._queue: deque[Work] = deque()
        self._quiet = self._stated = 0
        self._wake = Signal()
        self._is_hurried = False
        self._is_stopping = False

    def put(self, work: Work) -> None:
        """Queue something to write. From any thread."""
        self._queue.append(work)

    def quiet(self, n: int) -> None:
        """Input n caused no events; all those before were put. By whoever turns the crank."""
        self._quiet = n

    def hurry(self) -> None:
        """Sync at once all that was put before, then `tell`. From any thread."""
        self._is_hurried = True
        self._wake.set()

    def stop(self) -> None:
        """Let `run` write what is left and return."""
        self._is_stopping = True
        self._wake.set()

    def run(self) -> None:
        """The thread."""
        while not self._is_stopping:
            self._wake.wait(COMMIT_S)
            self._round()
        self._is_hurried = True
        self._round()

    def _round(self) -> None:
        self._wake.clear()
        is_hurried = self._is_hurried
        if is_hurried:  # else one that comes between the two lines would be forgotten
            self._is_hurried = False
        self._write()
        try:
            (self._recorder.sync if is_hurried else self._recorder.commit)()
        except OSError as exc:
            # Nothing is lost: what was not written stays queued, and no entry goes out meanwhile.
            self._is_hurried |= is_hurried
            self._refused(exc)
            return
        self.durable = self._recorder.durable_state
        works_again, self.problem = bool(self.problem), ""
        if is_hurried or works_again:
            self._tell()

    def _refused(self, exc: OSError) -> None:
        if not self.problem:
            log.critical("the disk refuses; trying again", exc_info=exc)
            self.problem = exc.strerror or str(exc)
            self._tell()

    def _write(self) -> None:
        """Hand the queue over, in order; what comes meanwhile is for the next round's commit."""
        quiet = self._quiet  # looked at first: the queue holds what was put before it
        for _ in range(len(self._queue)):
            work = self._queue.popleft()
            if isinstance(work, list):
                self._recorder.take_all(work)
            elif isinstance(work, Input):
                self._recorder.take(work)
            elif isinstance(work, HealthNote):
                self._note(work)
            elif isinstance(work, State):
                with suppress(OSError):  # the round's own sync says so; the next one is near
                    self._recorder.snapshot(*work)
            else:
                self._state(*work)
        if quiet > self._stated:
            self._state(quiet, ())

    def _state(self, n: int, events: Sequence[Event]) -> None:
        self._stated = n
        self._recorder.state(n, events)

    def _note(self, note: HealthNote) -> None:
        if self._health is not None:
            self._health.note(note.ts_ns, note.kind, **note.values)
            with suppress(OSError):  # it stays queued; what matters is in the records
                self._health.flush()
