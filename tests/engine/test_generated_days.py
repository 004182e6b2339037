"""Whole generated days in processes of their own: the same seed gives the same bytes."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

ROOT = Path(__file__).parents[2]


def started(seed: int, hash_seed: str, regime: str = "trend_up") -> subprocess.Popen[bytes]:
    """A day under way."""
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.engine.digest", str(seed), regime]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE)


def answer(process: subprocess.Popen[bytes]) -> Any:
    out, _ = process.communicate(timeout=110)
    assert process.returncode == 0
    return msgspec.json.decode(out)


@pytest.fixture(scope="module")
def days() -> tuple[Any, Any, Any]:
    """Seed 7 under two hash seeds, and seed 9."""
    under_way = started(7, "1"), started(7, "2"), started(9, "1", "trend_down")
    first, second, other = (answer(process) for process in under_way)
    return first, second, other


def test_the_same_seed_gives_the_same_bytes_whatever_the_hash_seed(days):
    first, second, _ = days
    assert first == second


def test_another_seed_gives_another_day(days):
    first, _, other = days
    assert first["sha"] != other["sha"]


def test_a_generated_day_is_a_whole_day(days):
    for day in days:
        counts = day["counts"]
        assert counts["EntryEvaluated"] == 375
        assert counts["HourlyAlignmentDetermined"] == 6
        assert counts["DailyDirectionDetermined"] == counts["ShutdownCompleted"] == 1
        assert counts["BarReady"] > 375 * 3
        assert day["code"] == 0


def test_a_trending_day_trades_and_cash_changes_by_its_trades(days):
    first, _, other = days
    for day in (first, other):
        assert day["counts"]["PositionClosed"] == day["counts"]["PositionOpened"] > 0
        assert day["paid"] == day["gross"] != 0
