"""The processes of a session: `rustro run`, and the kernel it has started.

A process is known by its id and its birth, so that a number that was given away again is nobody's.
What a supervisor before us has started is no child of ours: how it ended stands in its manifest.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
import psutil

from rustro_kernel.configuration.layers import SUPERVISED

OURS_ALONE = frozenset({"NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC"})
KERNEL = "ipykernel_launcher"
STAT, BOOT = Path("/proc/self/stat"), Path("/proc/sys/kernel/random/boot_id")
RUSTRO = (sys.executable, "-m", "rustro_kernel")
LAST_WORDS_S = 1.0
"""What `rustro run` has to save its notebook once its kernel was killed."""
KILLED_S = 5.0
"""What a killed process may take to be gone: it may be in the middle of a write."""


class Born(msgspec.Struct, frozen=True):
    """One process, however often its number was used."""

    pid: int
    birth: str

    def found(self) -> psutil.Process | None:
        """The process, if it is still there and no zombie."""
        try:
            process = psutil.Process(self.pid)
            is_there = process.status() != psutil.STATUS_ZOMBIE
            return process if is_there and _birth(self.pid) == self.birth else None
        except (psutil.Error, OSError):
            return None


def born(pid: int) -> Born | None:
    """The process that has this number now."""
    try:
        return Born(pid, _birth(pid))
    except (psutil.Error, OSError):
        return None


def _birth(pid: int) -> str:
    """When a process began: on Linux in ticks since the boot, which no set clock changes."""
    if not STAT.exists():
        return f"{psutil.Process(pid).create_time():.2f}"
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return f"{fields[19]} of {BOOT.read_text().strip()}"


def started(words: Sequence[str]) -> "subprocess.Popen[bytes]":
    """Start `rustro` with these words, on our outputs, in a process group of its own.

    A Ctrl-C of our terminal is ours to pass on, once; what systemd asks is asked of us.
    """
    kept = {name: value for name, value in os.environ.items() if name not in OURS_ALONE}
    return subprocess.Popen(  # noqa: S603 - ourselves
        [*RUSTRO, *words],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        env={**kept, SUPERVISED: "1"},
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

    def find_kernel(self) -> None:
        """Learn which process trades; it outlives `rustro run` for a moment, and may be stopped."""
        run = self.run.found() if self.kernel is None else None
        if run is None:
            return
        with suppress(psutil.Error):
            for process in run.children(recursive=True):
                if KERNEL in process.cmdline():
                    self.kernel = born(process.pid)

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
        """Our own child is waited for by who has made it: its exit code is told only once."""
        others = list(processes)
        if self._popen is not None:
            with suppress(subprocess.TimeoutExpired):
                self._popen.wait(seconds)
            others = [each for each in processes if each.pid != self._popen.pid]
        psutil.wait_procs(others, timeout=seconds)


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
