"""What the bar store costs. Run with `pytest tests/benchmarks/test_store.py --benchmark-only`."""

import datetime as dt
import gzip
import json
from itertools import count

import pytest

from rustro_kernel.domain.bars import Bar, Timeframe
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.records import layout
from rustro_kernel.records.bars.columns import NAMES
from rustro_kernel.records.bars.reader import BarReader
from rustro_kernel.records.bars.store import BarStore
from rustro_kernel.records.files import DiskFile
from rustro_kernel.records.recorder import Recorder
from rustro_kernel.records.tick_log import TickLog
from tests.benchmarks.test_records import day_of_ticks
from tests.records.bars.make import EVER, NIFTY, OPEN, columns_of

M1, YEARS, TICKS = Timeframe.M1, 465_000, 200_000


@pytest.fixture(scope="module")
def five_years(tmp_path_factory):
    """1 240 days of minutes in closed files."""
    store = BarStore(tmp_path_factory.mktemp("store"))
    first = dt.date(2019, 1, 1).toordinal()
    dates = [dt.date.fromordinal(first + 7 * (n // 5) + n % 5) for n in range(YEARS // 375)]
    columns = columns_of(*dates)
    store.write_days(NIFTY, M1, columns, "random")
    store.close()
    return store._folder, columns


@pytest.mark.benchmark(group="append a bar")
def test_append(benchmark, tmp_path):
    store, minute = BarStore(tmp_path), count()

    def append():
        store.append(NIFTY, M1, Bar(OPEN + next(minute) * MINUTE, 1, 2, 1, 2, 75))

    benchmark(append)
    store.close()
    assert benchmark.stats["median"] < 50e-6


@pytest.mark.benchmark(group="append a minute of 50 instruments")
def test_append_and_flush(benchmark, tmp_path):
    store, minute = BarStore(tmp_path), count()
    keys = [f"NFO:{40_000 + n}" for n in range(50)]

    def append():
        start = OPEN + next(minute) * MINUTE
        for key in keys:
            store.append(key, M1, Bar(start, 1, 2, 1, 2, 75))
        store.flush()

    benchmark.pedantic(append, rounds=300)
    store.close()


@pytest.mark.benchmark(group="the last 500 bars")
def test_recent(benchmark, tmp_path):
    store = BarStore(tmp_path)
    for n in range(900):
        store.append(NIFTY, M1, Bar(OPEN + n * MINUTE, 1, 2, 1, 2, 75))
    store.recent(NIFTY, M1)
    assert len(benchmark(store.recent, NIFTY, M1)) == 500
    store.close()
    assert benchmark.stats["median"] < 20e-6


@pytest.mark.benchmark(group="five years of minutes")
def test_load(benchmark, five_years):
    folder, columns = five_years
    found = benchmark(lambda: BarReader(folder).load(NIFTY, M1, 0, EVER))
    assert found == columns
    rows = zip(*(column.tolist() for column in columns.arrays()), strict=True)
    lines = "".join(json.dumps(dict(zip(NAMES, row, strict=True))) + "\n" for row in rows)
    closed = sum(path.stat().st_size for path in folder.rglob("*.parquet"))
    benchmark.extra_info["bytes_per_bar"] = round(closed / YEARS, 1)
    benchmark.extra_info["jsonl_gz"] = round(len(gzip.compress(lines.encode(), 6)) / YEARS, 1)
    assert benchmark.stats["median"] < 0.150


@pytest.mark.benchmark(group="200,000 ticks")
def test_record_ticks(benchmark, tmp_path):
    layout.prepare(tmp_path)
    ticks, path = day_of_ticks(TICKS), tmp_path / layout.TICKS

    def write():
        path.unlink(missing_ok=True)
        log = TickLog(DiskFile(path))
        for one in ticks:
            log.append(one)
        log.sync()
        log.close()

    benchmark.pedantic(write, rounds=5)
    lines = "".join(json.dumps(_plain(one)) + "\n" for one in ticks)
    benchmark.extra_info["bytes_per_tick"] = round(path.stat().st_size / TICKS, 1)
    benchmark.extra_info["jsonl_gz"] = round(len(gzip.compress(lines.encode(), 6)) / TICKS, 1)
    assert benchmark.stats["median"] < TICKS / 200_000


@pytest.mark.benchmark(group="200,000 ticks")
def test_record_ticks_through_the_recorder(benchmark, tmp_path):
    ticks, folders = day_of_ticks(TICKS), count()

    def write():
        recorder = Recorder(tmp_path / str(next(folders)))
        for one in ticks:
            recorder.take(one)
            recorder.state(one.n, ())
        recorder.close()

    benchmark.pedantic(write, rounds=5)
    assert benchmark.stats["median"] < TICKS / 200_000


def _plain(given):
    tick = given.body
    return {"n": given.n, "ts": given.ts, **{f: getattr(tick, f) for f in tick.__struct_fields__}}
