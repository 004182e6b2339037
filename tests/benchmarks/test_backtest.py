"""A year of minutes through the engine, alone and beside nautilus_trader.

`pytest tests/benchmarks/test_backtest.py --benchmark-only` prints seconds a year, and the ratio of
bars a second. The peer runs in an environment of its own: RUSTRO_PEERS names an interpreter that
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
from rustro_kernel.research.backtest import plan, played
from rustro_kernel.research.bar_source import bar_file

START, END = "2021-07-01", "2022-06-30"
RULES = Path(__file__).with_name("nautilus_rules.py")
ROUNDS = 5


@pytest.fixture(scope="module")
def bars(market_data):
    return market_data / "nifty_1m.parquet"


def test_a_year_with_every_minute_decided(benchmark, bars):
    """From the file to trades and decisions: at most three seconds."""

    def year():
        result = rk.backtest(bars, profile="demo", start=START, end=END)
        return len(result.decisions), len(result.trades)

    minutes, trades = benchmark.pedantic(year, rounds=3, warmup_rounds=1)
    benchmark.extra_info |= {"minutes": minutes, "trades": trades}
    assert minutes == 92_962
    assert benchmark.stats.stats.median <= 3.0


def test_bars_a_second_beside_nautilus(benchmark, bars, tmp_path):
    python = os.environ.get("RUSTRO_PEERS")
    if not python:
        pytest.skip("RUSTRO_PEERS names no interpreter with nautilus_trader")
    made, rounds = prepared(bars), []
    played(made)

    def both():
        rounds.append((ours(made), theirs(python, written(bars, tmp_path))))

    benchmark.pedantic(both, rounds=ROUNDS)
    ratios = sorted(mine / peer for mine, peer in rounds)
    benchmark.extra_info |= {
        "ratio": statistics.median(ratios),
        "from": ratios[0],
        "to": ratios[-1],
    }
    assert statistics.median(ratios) >= 5


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
    return 92_962 / (time.process_time() - start) if result.closed else 0.0


def theirs(python, path):
    environment = {"PYTHONPATH": str(Path(rk.__file__).parents[1]), "PATH": os.environ["PATH"]}
    words = [python, str(RULES), str(path)]
    said = subprocess.run(words, capture_output=True, text=True, check=True, env=environment)
    told = json.loads(said.stdout)
    assert told["entries"] > 30
    return told["bars"] / told["seconds"]


def written(bars, folder):
    """The same minutes as text: start in ns, rupees."""
    path = folder / "bars.csv"
    if not path.exists():
        known = bar_file(bars)
        first = known.first_rows[[str(day) >= START for day in known.days].index(True)]
        rows = known.bars.where(slice(first, None))
        prices = (rows.open, rows.high, rows.low, rows.close)
        columns = (rows.start_ns.tolist(), *((column / 100).tolist() for column in prices))
        lines = (",".join(map(str, row)) for row in zip(*columns, strict=True))
        path.write_text("\n".join(lines))
    return path
