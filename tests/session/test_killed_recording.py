"""What a `kill -9` takes of the ticks that were taken in: a second's at most, at any rate."""

import os
import random
import signal
import subprocess
import sys

import pytest

from rustro_kernel.records.lines import last_of, until_damage
from rustro_kernel.records.tick_log import read_blocks
from tests.session.killed_recording import STAMP

MOST_S = 1.0
SLACK = 3
"""In the default run, where other tests have the machine."""
RATES = [(20, 60.0), (2_000, 60.0), (200_000, 60.0), (50, 0.3)]
"""Ticks a second, and for how long: the last one falls silent."""


@pytest.fixture(scope="module")
def recordings():
    command = [sys.executable, "-m", "tests.session.killed_recording"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as started:
        yield started
        started.stdin.close()


def killed(recordings, folder, rate, lasts_s, words):
    """Seconds from the last tick kept to the kill, by the writer's clock; 0 if none is lost."""
    folder.mkdir()
    recordings.stdin.write(f"{folder} {rate} {lasts_s}\n")
    recordings.stdin.flush()
    pid = int(recordings.stdout.readline())
    for _ in range(words):
        recordings.stdout.readline()
    os.kill(pid, signal.SIGKILL)
    while (word := recordings.stdout.readline()) == "recording\n":
        pass
    assert word == "killed\n"
    now_ns, taken = STAMP.unpack((folder / "stamp").read_bytes())
    kept = last_of(block.ticks[-1] for block in until_damage(read_blocks(folder / "run")))
    number, ts_ns = (kept.n, kept.ts) if kept else (0, 0)
    return (now_ns - ts_ns) / 1e9 if number < taken else 0.0


def lost(recordings, folder, seeds):
    """What each kill took, at the moments and rates the seeds choose."""
    found = []
    for seed in seeds:
        chance = random.Random(seed)
        rate, lasts_s = RATES[seed % len(RATES)]
        took_s = killed(recordings, folder / str(seed), rate, lasts_s, chance.randrange(5, 125))
        found.append((took_s, rate))
    return found


def test_a_kill_takes_a_second_of_ticks_at_most(recordings, tmp_path):
    found = lost(recordings, tmp_path, range(8))
    assert max(found)[0] < SLACK * MOST_S


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_two_hundred_kills_take_a_second_of_ticks_at_most(recordings, tmp_path):
    found = lost(recordings, tmp_path, range(200))
    for rate, lasts_s in RATES:
        took = sorted(s for s, of in found if of == rate)
        middle, most = took[len(took) // 2], took[-1]
        print(f"{rate}/s for {lasts_s:g} s: median {middle:.3f} s, most {most:.3f} s")  # noqa: T201
    assert max(found)[0] < MOST_S
