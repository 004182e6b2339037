"""How an execution goes: which requests to stop came, and what became of the kernel."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType

WATCHED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Course:
    """Filled in by the engine; requests to stop are passed on to the kernel while its day runs.

    Before the day they are kept: no cell of it begins. After it there is nothing to stop: its
    records are drawn, and only a further Ctrl-C cuts that short.

    Attributes:
        kernel: Process id of the kernel while it lives; 0: none.
        is_day: Whether cells run that a session may trade in.
        is_session: Whether the notebook is one that ends in good order on SIGTERM.
        asked: How many requests came.
        has_records: Whether there was anything to draw.
        died: What ended the kernel, if it did not end by itself.
        failure: Name and sentence of the first error; papermill raises the last one.
    """

    kernel: int = 0
    is_day: bool = False
    is_session: bool = False
    asked: int = 0
    has_records: bool = True
    died: str = ""
    failure: tuple[str, str] | None = None

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Take signals; SIGHUP not under nohup, whose promise is to go on."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        wanted = [n for n in WATCHED if n != signal.SIGHUP or _is_heard(n)]
        before = {number: signal.signal(number, self._on_signal) for number in wanted}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        """A second Ctrl-C is the kill switch; a SIGTERM that is repeated is none."""
        is_first = not self.asked
        self.asked += 1
        if number == signal.SIGINT:
            if self.is_day or not is_first:
                self._pass_on(number)
        elif self.is_day and is_first:
            self._pass_on(signal.SIGTERM if self.is_session else signal.SIGINT)

    def _pass_on(self, number: int) -> None:
        if self.kernel:
            with suppress(ProcessLookupError):
                os.kill(self.kernel, number)


def _is_heard(number: int) -> bool:
    return signal.getsignal(number) is not signal.SIG_IGN
