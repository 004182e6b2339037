"""Records ticks at a rate, as a session does, until killed: `test_killed_recording` looks at it.

For each line of input, `folder rate lasts_s`, a child records so many ticks a second, stamped with
the ns since it began; after `lasts_s` none comes any more. It says a word every 20 ms and keeps two
numbers in the file `stamp`, which outlive it: its clock, and the last tick taken in.
"""

import mmap
import os
import struct
import sys
import time
from pathlib import Path
from threading import Thread

from rustro_kernel.records.recorder import Recorder
from rustro_kernel.session.disk import Disk
from tests.records.make import given

WORD_NS = 20_000_000
MOST_WAITING = 20_000
"""Ticks that wait for the disk's thread: at full speed it sets the pace, whatever the machine."""
STAMP = struct.Struct("<qq")


def record(folder: Path, rate: int, lasts_s: float) -> None:
    """Until killed."""
    recorder = Recorder(folder / "run")
    disk = Disk(recorder, None, lambda: None)
    Thread(target=disk.run, daemon=True).start()
    with (folder / "stamp").open("w+b") as file:
        file.truncate(STAMP.size)
        stamp = mmap.mmap(file.fileno(), STAMP.size)
    began, taken, said = time.monotonic_ns(), 0, 0
    while True:
        now = time.monotonic_ns() - began
        due = min(now, int(lasts_s * 1e9)) * rate // 10**9
        last = min(due, recorder.taken_input + MOST_WAITING)
        if last > taken:
            disk.put([given(n, at=now) for n in range(taken + 1, last + 1)])
            disk.quiet(last)
            taken = last
        stamp[:] = STAMP.pack(now, taken)
        if now - said >= WORD_NS:
            said = now
            say("recording")
        time.sleep(0.001)  # noqa: TID251 - there is nothing else in this thread


def say(word: object) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main() -> None:
    for line in sys.stdin:
        folder, rate, lasts_s = line.split()
        child = os.fork()  # the imports take longer than what is tested
        if not child:
            say(os.getpid())
            record(Path(folder), int(rate), float(lasts_s))
        say("killed" if os.WIFSIGNALED(os.waitpid(child, 0)[1]) else "failed")


if __name__ == "__main__":
    main()
