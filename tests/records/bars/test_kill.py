"""A recording killed at any moment: the store opens, whole, and holds what was written."""

import os
import random
import signal
import subprocess
import sys

import pytest

from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.records.bars import places
from rustro_kernel.records.bars.reader import BarReader
from rustro_kernel.records.bars.store import BarStore
from rustro_kernel.records.lines import until_damage
from rustro_kernel.records.tick_log import read_ticks
from tests.records.bars.make import EVER, NIFTY
from tests.records.bars.writer import expected

M1 = Timeframe.M1


@pytest.fixture
def writers():
    command = [sys.executable, "-m", "tests.records.bars.writer"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as started:
        yield started
        started.stdin.close()


def kill_a_writer(writers, folder, seed):
    """Let it say some lines, kill it while it goes on; returns what it last called written."""
    writers.stdin.write(f"{folder}\n")
    writers.stdin.flush()
    pid, lines = int(writers.stdout.readline()), random.Random(seed).randrange(1, 20)
    said = [writers.stdout.readline() for _ in range(lines)]
    os.kill(pid, signal.SIGKILL)
    while said[-1][0].isdigit():
        said.append(writers.stdout.readline())
    assert said[-1] == "killed\n"
    return int(said[-2])


def check(folder, written):
    """Every bar up to the last one written, each once, each as it was stated; so the ticks."""
    found = BarReader(folder / "bars").load(NIFTY, M1, 0, EVER).bars()
    assert len(found) >= written // 3
    assert found == [expected(number) for number in range(1, len(found) + 1)]
    assert versions(folder / "bars") == len(found)
    ticks = [given.n for given in until_damage(read_ticks(folder / "run"))]
    assert ticks == list(range(1, len(ticks) + 1))
    assert len(ticks) >= max(written, 3 * len(found))


def versions(store):
    """How many rows all logs hold."""
    reader = BarReader(store)
    views = [reader._view(date) for date in places.logged_days(store)]
    return sum(len(view.columns(NIFTY, 0)) for view in views)


def kill_often(writers, folder, seeds):
    written = 0
    for seed in seeds:
        written = max(written, kill_a_writer(writers, folder, seed))
        check(folder, written)
    store = BarStore(folder / "bars")
    store.compact(places.logged_days(folder / "bars")[-1], after_days=0)
    assert len(store.load(NIFTY, M1, 0, EVER)) >= written // 3
    store.close()


def test_a_store_killed_at_any_moment_has_every_bar_once(writers, tmp_path):
    kill_often(writers, tmp_path, range(15))


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("first", range(100, 300, 20))
def test_two_hundred_kills(writers, tmp_path, first):
    kill_often(writers, tmp_path, range(first, first + 20))
