"""Work in a process of its own, so that the notebook stays free: awaited, watched, cancelled.

The work and what it needs are sent by value (cloudpickle), a strategy from a cell included; the
process is a fresh interpreter that shares nothing with this one.
"""

import asyncio
import multiprocessing
import sys
import threading
import traceback
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar

import cloudpickle

from rustro_kernel.domain.errors import JobFailed, RustroError
from rustro_kernel.research.own_strategy import Chosen
from rustro_kernel.strategies import Strategy

T = TypeVar("T")
Progress = Callable[[int, int], None]
Message = tuple[str, Any]
"""progress and (done, of); result and its bytes; error and an exception, or a traceback's text."""


class Job(Generic[T]):
    """Work that has begun. `await job` is its result.

    Args:
        work: Called in the other process as work(progress, *args, **words); `progress` takes how
            much of how much is done.
    """

    def __init__(self, work: Callable[..., T], *args: object, **words: object) -> None:
        self.done, self.of = 0, 0
        self._future: Future[T] = Future()
        self._future.set_running_or_notify_cancel()
        spawn = multiprocessing.get_context("spawn")
        self._pipe, theirs = spawn.Pipe(duplex=False)
        own = [part.kind for part in (*args, *words.values()) if isinstance(part, Chosen)]
        payload = by_value((work, args, words), own)
        self._process = spawn.Process(target=_work, args=(theirs, payload), daemon=True)
        self._process.start()
        theirs.close()  # so that the end of the process is the end of the pipe
        threading.Thread(target=self._listen, name="rustro job", daemon=True).start()

    def __await__(self) -> Generator[Any, None, T]:
        """The result.

        Raises:
            RustroError: What the work raised.
            JobFailed: If it was cancelled, its process died, or it raised something unexpected.
        """
        return asyncio.wrap_future(self._future).__await__()

    def __repr__(self) -> str:
        state = "over" if self.is_over else "running"
        return f"<Job {state}, {self.done} of {self.of or '?'} done>"

    @property
    def progress(self) -> float:
        """The part that is done, 0 to 1."""
        return self.done / self.of if self.of else 0.0

    @property
    def is_over(self) -> bool:
        """Whether there is a result or never will be."""
        return self._future.done()

    def result(self, timeout_s: float | None = None) -> T:
        """Wait for the result where nothing can be awaited; raises as `await` does.

        Raises:
            TimeoutError: If it takes longer.
        """
        return self._future.result(timeout_s)

    def cancel(self) -> None:
        """End the process; whoever waits gets JobFailed. Nothing happens once it is over."""
        if not self.is_over:
            self._process.terminate()

    def _listen(self) -> None:
        """Take in what the process says, until it has said everything or is gone."""
        try:
            while self._take_in(*self._pipe.recv()):
                pass
        except EOFError:
            self._process.join()
            code = self._process.exitcode
            why = "it was cancelled" if code == -15 else f"its process ended with code {code}"
            self._future.set_exception(JobFailed(why))
        self._pipe.close()
        self._process.join()

    def _take_in(self, kind: str, content: Any) -> bool:  # noqa: ANN401 - whatever was sent
        """Whether there is more to come."""
        if kind == "progress":
            self.done, self.of = content
            return True
        if kind == "result":
            self._future.set_result(cloudpickle.loads(content))
        else:
            error = content if isinstance(content, RustroError) else JobFailed(content)
            self._future.set_exception(error)
        return False


def by_value(work: object, own: Iterable[type[Strategy]]) -> bytes:
    """Pickled such that the other process needs nothing but rustro and the libraries.

    `own` may come from files that only this process finds.
    """
    names = {kind.__module__ for kind in own if not kind.__module__.startswith("rustro_kernel.")}
    modules = [sys.modules[name] for name in names - {"__main__"} if name in sys.modules]
    for module in modules:
        cloudpickle.register_pickle_by_value(module)
    try:
        payload: bytes = cloudpickle.dumps(work)
    finally:
        for module in modules:
            cloudpickle.unregister_pickle_by_value(module)
    return payload


def _work(pipe: Connection, payload: bytes) -> None:
    """The other process: do the work and say how it goes."""
    try:
        work, args, words = cloudpickle.loads(payload)
        made = work(lambda done, of: pipe.send(("progress", (done, of))), *args, **words)
        pipe.send(("result", cloudpickle.dumps(made)))
    except RustroError as exc:
        pipe.send(("error", exc))
    except Exception:  # noqa: BLE001 - told to whoever waits; this process has nobody else
        pipe.send(("error", traceback.format_exc()))
