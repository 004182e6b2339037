"""A sweep in the background: a notebook's loop stays free, and can wait, look and stop.

It has the words of `jobs.Job`, but runs on a thread of this process: compiled code needs no
interpreter, the engine's sets have processes of their own, and what there is so far can be seen.
"""

import asyncio
import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import Generic, TypeVar

from rustro_kernel.research.jobs import Job

T = TypeVar("T")
LOOK_S = 0.1


class SweepJob(Generic[T]):
    """Something that runs on a thread of its own.

    Attributes:
        done: How many parts are done; `of` how many, 0 as long as nobody knows.

    Args:
        work: Does it, and tells this job how far it is. It ends early, with what it has, once
            `is_cancelled` is true.
        partial: What there is so far.
    """

    def __init__(self, work: "Callable[[SweepJob[T]], T]", partial: Callable[[], T]) -> None:
        self.done = self.of = 0
        self.partial = partial
        self._stop = threading.Event()
        self._future: Future[T] = Future()
        self._thread = threading.Thread(
            target=self._run, args=(work,), name="research", daemon=True
        )
        self._thread.start()

    def __repr__(self) -> str:
        state = "over" if self._future.done() else "running"
        return f"<SweepJob {state}, {self.done} of {self.of or '?'} done>"

    def __await__(self) -> Generator[object, None, T]:
        return asyncio.wrap_future(self._future).__await__()

    @property
    def progress(self) -> float:
        """The part that is done, 0 to 1."""
        return self.done / self.of if self.of else 0.0

    @property
    def is_over(self) -> bool:
        """Whether there is a result or an error."""
        return self._future.done()

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody wants it to stop."""
        return self._stop.is_set()

    def cancel(self) -> None:
        """Stop after the part at hand; the result is what there is by then."""
        self._stop.set()

    def result(self, timeout_s: float | None = None) -> T:
        """Wait for the result.

        Raises:
            TimeoutError: If it takes longer.
        """
        return self._future.result(timeout_s)

    def told(self, done: int, total: int) -> None:
        """How far it is."""
        self.done, self.of = done, total

    def _run(self, work: "Callable[[SweepJob[T]], T]") -> None:
        try:
            self._future.set_result(work(self))
        except BaseException as exc:  # noqa: BLE001 - whoever waits is told, whatever it was
            self._future.set_exception(exc)


def followed(job: "SweepJob[T]", other: Job[T]) -> T:
    """The result of a process that does a part of the work: its progress, and its end if wanted.

    Raises:
        JobFailed: If it was cancelled.
    """
    while True:
        try:
            return other.result(LOOK_S)
        except TimeoutError:
            job.told(other.done, other.of)
            if job.is_cancelled:
                other.cancel()
