"""Records for ever into the folder given, saying what is durable: `test_kill` ends it."""

import random
import sys
from itertools import count
from pathlib import Path

from rustro_kernel.records.input_log import read_inputs
from rustro_kernel.records.recorder import Recorder
from tests.records.make import Echo, command, given


def main(folder: Path, seed: int) -> None:
    chance, engine, recorder = random.Random(seed), Echo(), Recorder(folder)
    for one in read_inputs(folder):
        events = engine.apply(one).events
        recorder.state(one.n, [e for e in events if e.seq > recorder.ledger.seq])
    for n in count(recorder.taken_input + 1):
        one = given(n, command() if chance.random() < 0.2 else None)
        recorder.take(one)
        recorder.state(n, engine.apply(one).events)
        if chance.random() < 0.1:
            recorder.flush()
        if chance.random() < 0.02:
            recorder.sync()
            sys.stdout.write(f"{recorder.durable_state}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
