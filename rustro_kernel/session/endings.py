"""The process is asked to end while a session runs: stop trading first, then let it end.

SIGTERM, SIGHUP, a kernel's shutdown or restart, `exit()`. Who asked may lose patience: Jupyter
sends SIGTERM half of its `shutdown_wait_time` (5 s) after the request, and SIGKILL after all of it.
What is not closed by then rests on the protective stop, and the next start goes on with it.
"""

import asyncio
import atexit
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from threading import Event, Thread, current_thread, main_thread
from typing import Any

from rustro_kernel.session.forks import TERMINATING

WAIT_S = 30.0
"""So long the process is kept for the session's end; who cannot wait kills it before."""
RECORDS_S = 2.0
"""What the records have to be closed in, once the engine is done; a blocked loop closes none."""

Handler = Callable[..., Awaitable[Any]]


class Course:
    """How far a session is, for whoever wants to end the process.

    Args:
        end: Stops the session as configured; from any thread, with who asks.

    Attributes:
        is_done: Set when nothing more is decided: the last record was stated, or it failed.
        is_closed: Set when the records are closed.
        is_awaited: Whether somebody waits for its end, and goes on after it.
    """

    def __init__(self, end: Callable[[str], None]) -> None:
        self.end = end
        self.is_done, self.is_closed = Event(), Event()
        self.is_awaited = False


class Endings:
    """From `open` to `close`, which are called on the main thread where there are signals.

    Args:
        course: Of the session that is ended before the process is.
    """

    def __init__(self, course: Course) -> None:
        self._course = course
        self._pid = os.getpid()
        self._before: dict[int, Any] = {}
        self._kernel: dict[str, Handler] = {}
        self._original: Handler | None = None
        self._ender: Thread | None = None
        self._may_die = False

    def open(self) -> None:
        """Begin to watch."""
        atexit.register(self._at_exit)
        if current_thread() is main_thread():
            for number in TERMINATING:
                if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
                    self._before[number] = signal.signal(number, self._on_signal)
        self._kernel = kernel_handlers()
        self._original = self._kernel.get("shutdown_request")
        if self._original is not None:
            self._kernel["shutdown_request"] = self._on_shutdown

    def close(self) -> None:
        """Leave everything as it was found."""
        atexit.unregister(self._at_exit)
        if self._original is not None:
            self._kernel["shutdown_request"] = self._original
        if current_thread() is main_thread():
            self.restore_signals()

    def restore_signals(self) -> None:
        """On the main thread; in a forked child, which must be free to be terminated."""
        while self._before:
            number, handler = self._before.popitem()
            signal.signal(number, handler)

    def _on_signal(self, number: int, frame: object) -> None:
        """Nothing here may wait for a lock that the interrupted code holds: a thread does it."""
        if self._may_die or os.getpid() != self._pid:  # or a child that was forked just now
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        elif self._ender is None:
            name = signal.Signals(number).name
            self._ender = Thread(target=self._end_by, args=(number, name), daemon=True)
            self._ender.start()

    def _end_by(self, number: int, name: str) -> None:
        self._course.end(name)
        self._course.is_done.wait()
        self._course.is_closed.wait(RECORDS_S)
        if not self._course.is_awaited:
            self._may_die = True
            os.kill(os.getpid(), number)

    async def _on_shutdown(self, *args: Any) -> Any:  # noqa: ANN401 - ipykernel's own
        """On the loop of the kernel's control thread."""
        assert self._original is not None
        await asyncio.to_thread(self._end_within, WAIT_S, "kernel shutdown")
        return await self._original(*args)

    def _at_exit(self) -> None:
        """The loop is gone by now: the understudy turns the engine, nobody closes the records."""
        if os.getpid() == self._pid:
            self._end_within(WAIT_S, "exit")

    def _end_within(self, seconds: float, actor: str) -> None:
        if not self._course.is_done.is_set():
            self._course.end(actor)
        if self._course.is_done.wait(seconds):
            self._course.is_closed.wait(RECORDS_S)


def kernel_handlers() -> dict[str, Handler]:
    """What the Jupyter kernel of this process does on requests to control it; empty if none."""
    module = sys.modules.get("ipykernel.kernelapp")
    if module is None or not module.IPKernelApp.initialized():
        return {}
    handlers: dict[str, Handler] = module.IPKernelApp.instance().kernel.control_handlers
    return handlers
