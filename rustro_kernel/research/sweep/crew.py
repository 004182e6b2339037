"""Who plays the sets of a sweep: threads and processes of this machine, or a cluster.

Compiled sets run on threads: they need no interpreter. Sets of the engine run in processes that
are started anew ("spawn"), never forked out of a notebook. Strategies reach them by value.
"""

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache
from multiprocessing import get_context
from typing import Any

import cloudpickle

from rustro_kernel.research.jobs import by_value
from rustro_kernel.research.sweep import by_kernel
from rustro_kernel.research.sweep.outcome import Outcome
from rustro_kernel.research.sweep.sweeper import Numbered, Sweeper

AT_ONCE = 512
"""Compiled sets a thread plays together: they share the quotes of a day."""
Stop = Callable[[], bool]
_payload = b""


def here(
    sweeper: Sweeper, sets: Sequence[Numbered], workers: int | None, is_stopped: Stop
) -> Generator[list[Outcome], None, None]:
    """What came of sets, as they are done, on this machine."""
    count, params = workers or os.cpu_count() or 1, dict(sets)
    left: list[Numbered] = []
    for part in parts(sets, AT_ONCE * count):
        if is_stopped():
            return
        by_whom = sweeper.sort(part)
        left += [(task.place, params[task.place]) for task, _ in by_whom.by_engine]
        found = list(by_whom.failed)
        if by_whom.compiled:
            found += by_kernel.play(sweeper.signals, by_whom.compiled, threads=count)
        if found:
            yield found
    if left and not is_stopped():
        yield from _in_processes(sweeper, left, min(count, len(left)), is_stopped)


def parts(row: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """A row in pieces."""
    for at in range(0, len(row), size):
        yield row[at : at + size]


def packed(sweeper: Sweeper) -> bytes:
    """Everything that a process elsewhere needs, by value: the strategy's class too."""
    return by_value(sweeper.plan, [sweeper.plan.strategy.kind])


def played(payload: bytes, sets: Sequence[Numbered]) -> list[Outcome]:
    """Play some sets in a process elsewhere; a set that brings it down is listed by the caller."""
    return _unpacked(payload).outcomes(sets)


@lru_cache(maxsize=2)
def _unpacked(payload: bytes) -> Sweeper:
    return Sweeper(cloudpickle.loads(payload))


def lost(sets: Sequence[Numbered], why: str) -> list[Outcome]:
    """Sets whose worker is gone."""
    return [Outcome(place, failed=why) for place, _ in sets]


def _in_processes(
    sweeper: Sweeper, sets: Sequence[Numbered], workers: int, is_stopped: Stop
) -> Generator[list[Outcome], None, None]:
    """One set a task: the engine takes seconds for each."""
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _begin, (packed(sweeper),))
    waiting: dict[Future[list[Outcome]], Sequence[Numbered]] = {}
    left = list(parts(sets, 1))[::-1]
    try:
        while (left or waiting) and not is_stopped():
            while left and len(waiting) < workers + 1:
                part = left.pop()
                waiting[pool.submit(_played_here, part)] = part
            for done in wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED).done:
                yield _answer(done, waiting.pop(done))
    except BrokenProcessPool:
        rest = [one for part in (*waiting.values(), *left) for one in part]
        yield lost(rest, "its worker process ended")
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _answer(done: "Future[list[Outcome]]", part: Sequence[Numbered]) -> list[Outcome]:
    try:
        return done.result()
    except BrokenProcessPool:
        return lost(part, "its worker process ended")
    except Exception as exc:  # noqa: BLE001 - a set that fails is listed, the others go on
        return lost(part, f"{type(exc).__name__}: {exc}")


def _begin(payload: bytes) -> None:
    global _payload  # noqa: PLW0603 - what a process is started with has no other place
    _payload = payload


def _played_here(sets: Sequence[Numbered]) -> list[Outcome]:
    return played(_payload, sets)
