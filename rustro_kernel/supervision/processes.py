"""The processes of a session: `rustro run`, and the kernel it has started.

A process is known by its id and its birth, so that a number that was given away again is nobody's.
What a supervisor before us has started is no child of ours: how it ended stands in its manifest.
"""

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
import psutil

RUSTRO = (sys.executable, "-m", "rustro_kernel")
LAST_WORDS_S = 1.0
"""What `rustro run` has to save its notebook once its kernel was killed."""
KILLED_S = 5.0
"""What a killed process may take to be gone: it may be in the middle of a write."""


class Born(msgspec.Struct, frozen=True):
    """One process, however often its number was used."""

    pid: int
    at_s: float

    def found(self) -> psutil.Process | None:
        """The process, if it is still there and no zombie."""
        try:
            process = psutil.Process(self.pid)
            is_same = abs(process.create_time() - self.at_s) < 0.05
            return process if is_same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.Error:
            return None


def born(pid: int) -> Born | None:
    """The process that has this number now."""
    try:
        return Born(pid, psutil.Process(pid).create_time())
    except psutil.Error:
        return None


def started(
    words: Sequence[str], environment: Mapping[str, str] | None = None
) -> "subprocess.Popen[bytes]":
    """Start `rustro` with these words, on our outputs, in a process group of its own.

    A Ctrl-C of our terminal is ours to pass on, once.
    """
    return subprocess.Popen(  # noqa: S603 - ourselves
        [*RUSTRO, *words], stdin=subprocess.DEVNULL, start_new_session=True, env=environment
    )


class Child:
    """A session's processes.

    Args:
        run: The process `rustro run`.
        popen: The same, where it is our own child.
        kernel: The process that trades, as soon as it is known.
        manifest_code: What the session says it ended with, where nobody else knows.
    """

    def __init__(
        self,
        run: Born,
        popen: "subprocess.Popen[bytes] | None" = None,
        kernel: Born | None = None,
        manifest_code: Callable[[], int] = lambda: 1,
    ) -> None:
        self.run, self._popen, self.kernel = run, popen, kernel
        self._manifest_code = manifest_code

    def exit_code(self) -> int | None:
        """How it ended; None while it is there."""
        if self._popen is not None:
            return self._popen.poll()
        return None if self.run.found() else self._manifest_code()

    @property
    def is_kernel_gone(self) -> bool:
        """Whether there was a kernel and is none."""
        return self.kernel is not None and self.kernel.found() is None

    @property
    def is_stopped(self) -> bool:
        """Whether a SIGSTOP, or a debugger, holds the kernel or what waits for it."""
        return any(_is_stopped(process) for process in _there(self.run, self.kernel))

    def owns(self, pid: int) -> bool:
        """Whether a process is one of ours."""
        return any(process.pid == pid for process in self._all())

    def signal(self, number: int) -> None:
        """Ask `rustro run` for its end, as a person would: it passes the request on."""
        process = self.run.found()
        if process is not None:
            with suppress(psutil.Error):
                process.send_signal(number)

    def end(self) -> None:
        """Kill the kernel, then whatever is left once `rustro run` had a moment to say so.

        It is killed outright: SIGTERM asks a session to close everything and to end the day, which
        would be on record and hold for the one that goes on.
        """
        run = self.run.found()
        everybody = list(self._all())
        _kill(process for process in everybody if run is None or process.pid != run.pid)
        if run is not None:
            with suppress(psutil.Error):
                run.resume()
            self._wait([run], LAST_WORDS_S)
            _kill([run])
        self._wait(everybody, KILLED_S)

    def _all(self) -> Iterator[psutil.Process]:
        for process in _there(self.kernel, self.run):
            with suppress(psutil.Error):
                yield from process.children(recursive=True)
            yield process

    def _wait(self, processes: Sequence[psutil.Process], seconds: float) -> None:
        psutil.wait_procs(processes, timeout=seconds)
        if self._popen is not None:
            self._popen.poll()  # no zombie of ours


def exit_code_in(folder: Path | None, read: Callable[[Path], int]) -> int:
    """The code a run's manifest states; 1 where it has none."""
    if folder is None:
        return 1
    try:
        return read(folder)
    except (OSError, ValueError):
        return 1


def _there(*wanted: Born | None) -> Iterator[psutil.Process]:
    for each in wanted:
        process = each.found() if each is not None else None
        if process is not None:
            yield process


def _is_stopped(process: psutil.Process) -> bool:
    try:
        return process.status() in (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP)
    except psutil.Error:
        return False


def _kill(processes: Iterable[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.Error):
            process.kill()
