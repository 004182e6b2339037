"""A year of minutes through the engine, alone and beside nautilus_trader.

`pytest tests/benchmarks/test_backtest.py --benchmark-only` prints seconds a year, and the ratio of
bars a second. The peer runs in an environment of its own: BENCH_PEERS names an interpreter that
has nautilus_trader and msgspec. Both count the processor's time of the run alone, bars loaded.
"""

import json
import os
import statistics
import subprocess
import time
from pathlib import Path

import pytest

import rustro_kernel as rk
from rustro_kernel.domain.instruments import Right
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.research.backtest import plan, played
from rustro_kernel.research.option_quotes import Contract, at_moments

START, END = "2021-07-01", "2022-06-30"
RULES = Path(__file__).with_name("nautilus_rules.py")
MINUTES = 92_962
ROUNDS = 3


@pytest.fixture(scope="module")
def bars(market_data):
    return market_data / "nifty_1m.parquet"


def test_a_year_with_every_minute_decided(benchmark, bars):
    """From the file to trades and decisions: at most three seconds of a processor."""

    seconds = []

    def year():
        start = time.process_time()
        result = rk.backtest(bars, profile="demo", start=START, end=END)
        told = len(result.decisions), len(result.trades)
        seconds.append(time.process_time() - start)
        return told

    minutes, trades = benchmark.pedantic(year, rounds=3, warmup_rounds=1)
    benchmark.extra_info |= {"minutes": minutes, "trades": trades, "cpu_s": seconds}
    assert minutes == MINUTES
    assert statistics.median(seconds) <= 3.0


@pytest.mark.timeout(900)
def test_bars_a_second_beside_nautilus(benchmark, bars, tmp_path):
    python = os.environ.get("BENCH_PEERS")
    if not python:
        pytest.skip("BENCH_PEERS names no interpreter with nautilus_trader")
    made, rounds = prepared(bars), []
    path = written(made, tmp_path / "bars.csv")
    played(made)

    def both():
        rounds.append((ours(made), theirs(python, path), theirs(python, path, "index")))

    benchmark.pedantic(both, rounds=ROUNDS)
    ratios = sorted(mine / peer for mine, peer, _ in rounds)
    alone = statistics.median(mine / peer for mine, _, peer in rounds)
    told = {"ratio": statistics.median(ratios), "from": ratios[0], "to": ratios[-1]}
    benchmark.extra_info |= {**told, "to_one_that_sees_no_options": alone}
    assert told["ratio"] >= 5


def prepared(bars):
    """The year, loaded and cut into days."""
    made = plan(bars, profile="demo", start=START, end=END)
    for number in made.numbers:
        made.history.day(number)
    return made


def ours(made):
    """Bars a second."""
    start = time.process_time()
    result = played(made)
    return MINUTES / (time.process_time() - start) if result.closed else 0.0


def theirs(python, path, *words):
    environment = {"PYTHONPATH": str(Path(rk.__file__).parents[1]), "PATH": os.environ["PATH"]}
    command = [python, str(RULES), str(path), *words]
    said = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    told = json.loads(said.stdout)
    assert told["entries"] > 30
    return told["bars"] / told["seconds"]


def written(made, path):
    """The same minutes as text: start in ns, the index, a call and a put; rupees."""
    lines = []
    for number in made.numbers:
        day = made.history.day(number)
        course = day.course
        prices = (course.opens, course.highs, course.lows, course.closes)
        premiums = (premium(made.history, day, right) for right in Right)
        for row, figures in enumerate(zip(*prices, *premiums, strict=True)):
            if figures[3]:
                start_ns = course.first_ns + row * MINUTE
                lines.append(",".join(map(str, (start_ns, *(price / 100 for price in figures)))))
    path.write_text("\n".join(lines))
    return path


def premium(history, day, right):
    """Of the option at the money at the open, at each minute's close."""
    listed = [option for option in history.listed.on(day, 1) if option.right is right]
    option = min(listed, key=lambda one: abs(one.strike - day.course.opens[0]))
    contract = Contract(history.term(day, option.expiry), option.lot, option.tick, 0)
    return at_moments(contract, option, day.course, 0, len(day.course)).ltp[3::4]
