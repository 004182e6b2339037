"""Records ticks and bars at full speed into a folder: `test_kill` ends it.

Every third tick completes a bar. After each commit it says up to which input all was written.
"""

import os
import sys
from itertools import count
from pathlib import Path

from rustro_kernel.domain.bars import Bar
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.domain.past_day import PastHours
from rustro_kernel.domain.rules import Leg
from rustro_kernel.engine.events.market import BarReady
from rustro_kernel.engine.turn import Event, Turn
from rustro_kernel.records.bars.run_bars import RunBars, Upkeep
from rustro_kernel.records.bars.stated import bar_of
from rustro_kernel.records.bars.store import BarStore
from rustro_kernel.records.recorder import Recorder
from tests.records.bars.make import DATE
from tests.records.make import START, bar, given

COMMIT_EVERY = 500
HOURS = PastHours((), (Leg(0, 2**62),), special=False)


def expected(number: int) -> Bar:
    """The bar with this number, as it must come back."""
    return bar_of(_stated(number))


def events_of(n: int) -> list[Event]:
    """What the engine makes of input n: nothing, or bar number n / 3."""
    made = Turn(n, START + n, n // 3 - 1)
    if n % 3 == 0:
        made.emit(_stated(n // 3))
    return made.events


def _stated(number: int) -> BarReady:
    low, high = 1_000 + number % 977, 5_000 + number % 1009
    prices = {"open_paise": low, "high_paise": high, "low_paise": low, "close_paise": high}
    return bar(start_ns=START + number * MINUTE, volume=number, **prices)


def record(run: Path, store: Path) -> None:
    """Record until killed, from where the last one was killed."""
    bars = RunBars(BarStore(store), Upkeep(DATE), HOURS)
    recorder = Recorder(run, watch=bars.see)
    bars.catch_up(run)
    for n in range(1, recorder.taken_input + 1):  # the last turns may not have been written
        recorder.state(n, [e for e in events_of(n) if e.seq > recorder.ledger.seq])
    for n in count(recorder.taken_input + 1):
        recorder.take(given(n, at=START + n))
        recorder.state(n, events_of(n))
        if n % COMMIT_EVERY == 0:
            recorder.flush()
            say(n)


def say(word: object) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main() -> None:
    """For each line of input a child that records; it says its process, then what is written."""
    for line in sys.stdin:
        folder = Path(line.rstrip("\n"))
        child = os.fork()  # the imports take longer than what is tested
        if not child:
            say(os.getpid())
            record(folder / "run", folder / "bars")
        say("killed" if os.WIFSIGNALED(os.waitpid(child, 0)[1]) else "failed")


if __name__ == "__main__":
    main()
