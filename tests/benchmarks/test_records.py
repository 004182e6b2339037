"""What recording costs. Run with `pytest tests/benchmarks/test_records.py --benchmark-enable`."""

import random

import pytest

from rustro_kernel.domain.instruments import instrument_key
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine.inputs import Input
from rustro_kernel.engine.turn import Event
from rustro_kernel.records import layout
from rustro_kernel.records.chain import Chain
from rustro_kernel.records.files import DiskFile
from rustro_kernel.records.ledger import Ledger, read_events
from rustro_kernel.records.recorder import Recorder
from rustro_kernel.records.tick_log import TickLog, read_ticks
from tests.records.make import START, bar

EVENTS, TICKS = 20_000, 100_000


def day_of_ticks(count: int = TICKS) -> list[Input]:
    """A day's mixture over 20 instruments: millisecond stamps, quotes a few ticks around ltp."""
    chance = random.Random(1)
    names = [instrument_key("NFO", str(40_000 + i)) for i in range(20)]
    ltp = {name: chance.randrange(5_000, 40_000, 5) for name in names}
    volume, oi = dict.fromkeys(names, 0), {name: chance.randrange(10**6) for name in names}
    ts, made = START, []
    for n in range(1, count + 1):
        name = chance.choice(names)
        ts += chance.randrange(1_000_000, 200_000_000, 1_000_000)
        ltp[name] += 5 * chance.randrange(-4, 5)
        volume[name] += 50 * chance.randrange(40)
        oi[name] += 50 * chance.randrange(-20, 20) if chance.random() < 0.05 else 0
        stamp, price = ts - chance.randrange(20, 90) * 1_000_000, ltp[name]
        sides = (price - 5 * chance.randrange(1, 4), price + 5 * chance.randrange(1, 4))
        day = (volume[name], oi[name])
        sizes = (50 * chance.randrange(1, 90), 50 * chance.randrange(1, 90))
        second = stamp - stamp % 1_000_000_000
        made.append(Input(n, ts, Tick(name, stamp, price, second, *day, *sides, *sizes)))
    return made


def events(count: int = EVENTS) -> list[Event]:
    return [
        Event(n, n, START + n, "BarReady", None, None, bar(close_paise=n))
        for n in range(1, count + 1)
    ]


@pytest.fixture
def ticks():
    return day_of_ticks()


@pytest.mark.benchmark(group="20,000 ledger lines")
def test_append_without_sync(benchmark, tmp_path):
    stated = events()

    def append():
        ledger = Ledger(DiskFile(tmp_path / layout.EVENTS))
        for number, event in enumerate(stated, 1):
            ledger.append(event)
            if number % 100 == 0:
                ledger.flush()
        ledger.close()

    benchmark(append)


@pytest.mark.benchmark(group="20,000 ledger lines")
def test_bare_write_of_the_same_lines(benchmark, tmp_path):
    chain = Chain()
    lines = [chain.line(event) + b"\n" for event in events()]

    def write():
        file = DiskFile(tmp_path / layout.EVENTS)
        for line in lines:
            file.write(line)
        file.close()

    benchmark(write)


@pytest.mark.benchmark(group="20,000 ledger lines")
def test_read_typed(benchmark, tmp_path):
    chain = Chain()
    lines = b"".join(chain.line(event) + b"\n" for event in events())
    (tmp_path / layout.EVENTS).write_bytes(lines)
    assert benchmark(lambda: sum(1 for _ in read_events(tmp_path))) == EVENTS


@pytest.mark.benchmark(group="100,000 ticks")
@pytest.mark.parametrize("every", [100, 4096], ids=["blocks of a second", "full blocks"])
def test_write_ticks(benchmark, tmp_path, ticks, every):
    layout.prepare(tmp_path)
    path = tmp_path / layout.TICKS

    def write():
        path.unlink(missing_ok=True)
        log = TickLog(DiskFile(path))
        for number, one in enumerate(ticks, 1):
            log.append(one)
            if number % every == 0:
                log.flush()
        log.close()

    benchmark(write)
    benchmark.extra_info["bytes_per_tick"] = round(path.stat().st_size / TICKS, 1)
    assert path.stat().st_size / TICKS <= 25


@pytest.mark.benchmark(group="100,000 ticks")
def test_read_ticks(benchmark, tmp_path, ticks):
    layout.prepare(tmp_path)
    log = TickLog(DiskFile(tmp_path / layout.TICKS))
    for one in ticks:
        log.append(one)
    log.close()
    assert benchmark(lambda: sum(1 for _ in read_ticks(tmp_path))) == TICKS


@pytest.mark.benchmark(group="100,000 ticks")
def test_record_ticks_through_the_recorder(benchmark, tmp_path, ticks):
    folders = iter(range(1_000))

    def write():
        recorder = Recorder(tmp_path / str(next(folders)))
        for one in ticks:
            recorder.take(one)
            recorder.state(one.n, ())
        recorder.close()

    benchmark.pedantic(write, rounds=3)
