"""Requests to end, as signals bring them, and waiting that they interrupt."""

import os
import select
import signal
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from rustro_kernel.supervision.notify import notify

LIVES = "WATCHDOG=1"
NUMBERS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Asked:
    """Signals that came and were not passed on yet.

    A pipe wakes whoever waits: a handler may take no lock.
    """

    def __init__(self) -> None:
        self._waiting: deque[int] = deque()
        self.is_ending = False
        self._reading, self._writing = os.pipe()
        os.set_blocking(self._reading, False)
        os.set_blocking(self._writing, False)

    def end(self, number: int = signal.SIGTERM) -> None:
        """Ask for the end. From any thread, or a signal handler."""
        self.is_ending = True
        self._waiting.append(number)
        with suppress(BlockingIOError):  # it is awake already
            os.write(self._writing, b"!")

    def take(self) -> Iterator[int]:
        """The signals to pass on, oldest first."""
        while self._waiting:
            yield self._waiting.popleft()

    def wait(self, seconds: float) -> None:
        """Until a signal comes, at most so long. Whoever waits lives: systemd hears of it."""
        notify(LIVES)
        if select.select([self._reading], [], [], max(0.0, seconds))[0]:
            os.read(self._reading, 4096)

    @contextmanager
    def signals(self) -> Iterator[None]:
        """Listen to them meanwhile; on the main thread only. Ignored ones stay ignored (nohup)."""

        def heard(number: int, frame: FrameType | None) -> None:
            self.end(number)

        before = {
            number: signal.signal(number, heard)
            for number in NUMBERS
            if signal.getsignal(number) is not signal.SIG_IGN
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def close(self) -> None:
        """Give the pipe up."""
        os.close(self._reading)
        os.close(self._writing)
