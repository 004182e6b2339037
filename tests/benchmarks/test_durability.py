"""What it costs to be sure: an order's reasons on disk, beside the bare calls it cannot do without.

Ours and the bare calls take turns on the same disk in one run, so that both meet the same moods of
it. Run with `pytest tests/benchmarks/test_durability.py --benchmark-only -s`.
"""

import os
import statistics
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter_ns

import msgspec
import pytest

from rustro_kernel.domain.instruments import instrument_key
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine.events import orders as o
from rustro_kernel.engine.events.market import BarReady
from rustro_kernel.engine.inputs import Input
from rustro_kernel.engine.turn import Event
from rustro_kernel.records import layout
from rustro_kernel.records.chain import Chain
from rustro_kernel.records.files import DiskFile
from rustro_kernel.records.ledger import Ledger, read_events
from rustro_kernel.records.recorder import Recorder
from tests.records.make import bar

ROUNDS, STORED = 1000, 1_000_000
KEY = instrument_key("NFO", "40000")
START = 1_638_249_000_000_000_000
CHECKS = tuple(o.Check(f"check_{n}", 1.0, 2.0, ok=True) for n in range(9))


def decision(n: int) -> tuple[Input, tuple[Event, ...]]:
    """A tick, and the events up to the order that it leads to."""
    ts, key = START + n * 1_000_000, "k" * 64
    payloads = (
        o.OrderPlacementRequired("I1", "P1", KEY, "NIFTY21DEC17000CE", "BUY", 50, "ENTRY"),
        o.PreOrderValidationPassed("I1", CHECKS),
        o.OrderSubmissionRequired("I1", "t" * 17, 0, "BUY", "NIFTY21DEC17000CE", 50, 1, 1, 0),
    )
    events = tuple(
        Event(3 * n - 2 + at, n, ts, type(data).__name__, None, key, data)
        for at, data in enumerate(payloads)
    )
    return Input(n, ts, Tick(KEY, ts, 15_000, ts, 50, 50, 14_995, 15_005, 50, 50)), events


def interleaved(*works: Callable[[int], None]) -> list[list[int]]:
    """ns of each work in each round, in turns; who begins changes from round to round."""
    taken: list[list[int]] = [[] for _ in works]
    for n in range(1, ROUNDS + 1):
        for work, times in list(zip(works, taken, strict=True))[:: 1 if n % 2 else -1]:
            start = perf_counter_ns()
            work(n)
            times.append(perf_counter_ns() - start)
    return taken


def p99(times: list[int]) -> float:
    return statistics.quantiles(times, n=100)[-1]


def told(name: str, ours: list[int], bare: list[int]) -> None:
    for which, times in (("ours", ours), ("bare", bare)):
        middle = statistics.median(times) / 1000
        sys.stdout.write(f"{name}, {which}: p50 {middle:.1f} us, p99 {p99(times) / 1000:.1f} us\n")
    ratios = statistics.median(ours) / statistics.median(bare), p99(ours) / p99(bare)
    sys.stdout.write(f"{name}: {ratios[0]:.2f}x at the median, {ratios[1]:.2f}x at p99\n")


@pytest.mark.benchmark(group="a durable intent")
def test_durable_intent_beside_two_bare_syncs_in_parallel(benchmark, tmp_path):
    recorder = Recorder(tmp_path / "run")
    files = [os.open(tmp_path / f"bare{n}", os.O_WRONLY | os.O_CREAT | os.O_APPEND) for n in (0, 1)]
    sizes = (80, len(b"".join(map(msgspec.json.encode, decision(1)[1]))) + 3 * 80)

    def ours(n: int) -> None:
        taken, events = decisions[n - 1]
        recorder.take(taken)
        recorder.state(n, events)
        recorder.sync()
        assert recorder.durable_state == n

    def bare(_: int) -> None:
        for file, size in zip(files, sizes, strict=True):
            os.write(file, b"x" * size)
        list(pool.map(os.fdatasync, files))

    decisions = [decision(n) for n in range(1, ROUNDS + 1)]
    with ThreadPoolExecutor(2) as pool:
        mine, theirs = benchmark.pedantic(interleaved, (ours, bare), rounds=1, iterations=1)
    recorder.close()
    for file in files:
        os.close(file)
    told("durable intent", mine, theirs)


@pytest.mark.benchmark(group="append without sync")
def test_append_beside_a_bare_write_of_the_same_lines(benchmark, tmp_path):
    ledger, file = Ledger(DiskFile(tmp_path / "ours")), DiskFile(tmp_path / "bare")
    chain = Chain()
    stated = [bar_ready(n) for n in range(1, ROUNDS * 50 + 1)]
    lines = [chain.line(event) + b"\n" for event in stated]

    def ours(n: int) -> None:
        for event in stated[(n - 1) * 50 : n * 50]:
            ledger.append(event)
            ledger.flush()

    def bare(n: int) -> None:
        for line in lines[(n - 1) * 50 : n * 50]:
            file.write(line)

    mine, theirs = benchmark.pedantic(interleaved, (ours, bare), rounds=1, iterations=1)
    ledger.close()
    file.close()
    assert (tmp_path / "ours").read_bytes() == (tmp_path / "bare").read_bytes()
    told("50 appends, each handed to the system", mine, theirs)


class Line(msgspec.Struct, frozen=True):
    """A ledger line of bars in one decode: the least there is to do."""

    seq: int
    input: int
    ts: int
    type: str
    cause: int | None
    key: str | None
    data: BarReady
    hash: str


def bar_ready(n: int) -> Event:
    return Event(n, n, START + n, "BarReady", None, None, bar(close_paise=n))


@pytest.mark.benchmark(group="a million events read back")
def test_reading_a_million_events_beside_bare_decoding(benchmark, tmp_path):
    chain = Chain()
    with (tmp_path / layout.EVENTS).open("wb") as file:
        for n in range(1, STORED + 1):
            file.write(chain.line(bar_ready(n)) + b"\n")

    def bare() -> Iterator[Line]:
        decode = msgspec.json.Decoder(Line).decode
        with (tmp_path / layout.EVENTS).open("rb") as file:
            for line in file:
                yield decode(line)

    def timed(read: Callable[[], Iterator[object]]) -> int:
        start = perf_counter_ns()
        assert sum(1 for _ in read()) == STORED
        return perf_counter_ns() - start

    def both() -> list[tuple[int, int]]:
        return [(timed(lambda: read_events(tmp_path)), timed(bare)) for _ in range(3)]

    pairs = benchmark.pedantic(both, rounds=1, iterations=1)
    ratios = sorted(mine / theirs for mine, theirs in pairs)
    seconds = ", ".join(f"{mine / 1e9:.2f} s, bare {theirs / 1e9:.2f} s" for mine, theirs in pairs)
    sys.stdout.write(f"a million events: {seconds}: {ratios[1]:.2f}x at the median\n")
