"""From a tick's departure to the decision on it, through sockets, threads and disk.

Run with `pytest tests/benchmarks/test_decision.py --benchmark-only -s`. The market is a process
of its own. Twenty positions are open, each with a stop that rests; nobody runs a cell.
"""

import asyncio
import gc
import os
import sys
import tracemalloc
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from rustro_kernel.config import Config
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine.engine import Engine
from rustro_kernel.engine.inputs import Input
from rustro_kernel.records.input_log import read_inputs
from rustro_kernel.session import composition
from rustro_kernel.session.safe_engine import SafeEngine
from tests.session.held_day import HeldDay
from tests.session.test_real_kernel import assert_none_lost

LINE = "{name}: {n} of them, p50 {p50:.2f} ms, p99 {p99:.2f} ms, max {top:.2f} ms"


def told(name: str, values: list[float]) -> float:
    """Print p50, p99 and max; the p99."""
    p50, p99 = (values[min(len(values) - 1, len(values) * part // 100)] for part in (50, 99))
    print(LINE.format(name=name, n=len(values), p50=p50, p99=p99, top=values[-1]))  # noqa: T201
    return p99


def rss_mb() -> float:
    """What this process occupies."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


async def hold(day: HeldDay, seconds: float, every_s: float = 5.0) -> list[float]:
    """Let a day run; its memory along the way."""
    grown, until = [], monotonic() + seconds
    while monotonic() < until:
        await asyncio.sleep(min(every_s, max(0.0, until - monotonic())))
        grown.append(rss_mb())
    return grown


async def ran(folder: Path, seconds: float, **wanted) -> tuple[dict[str, Any], list[float]]:
    sys.setswitchinterval(0.0005)  # as a session does
    day = HeldDay(str(folder), **wanted)
    drive = asyncio.ensure_future(day.driver.drive())  # noqa: TID251 - the test is the supervisor
    grown = await hold(day, seconds)
    figures = await day.stop(drive)
    assert figures["is_dense"], "a tick was lost"
    return figures, grown


@pytest.mark.benchmark(group="decision")
def test_a_thousand_ticks_a_second_are_decided_in_five_milliseconds(benchmark, tmp_path):
    """Every tick is a decision on a stop; one a second is a stop that is hit."""
    args = {"positions": 20, "rate": 1000.0, "drop_every_s": 1.0}

    def once():
        return asyncio.run(ran(tmp_path / "run", 20, **args))

    figures, _ = benchmark.pedantic(once, rounds=1)
    waits = [figures[name] / 1000 for name in ("lag_p50_us", "lag_p99_us", "lag_max_us")]
    n = figures["ticks"]
    print(LINE.format(name="intake to decision", n=n, p50=waits[0], p99=waits[1], top=waits[2]))  # noqa: T201
    print({name: figures[name] for name in figures if name.startswith(("stalls", "turns"))})  # noqa: T201
    told("departure to stop-loss", figures["decisions_ms"])
    told("departure to order", figures["orders_ms"])
    assert waits[1] < 3 * 5


@pytest.mark.benchmark(group="load")
@pytest.mark.timeout(1200)
def test_ten_thousand_ticks_a_second_grow_nothing(benchmark, tmp_path):
    """For `LOAD_S` seconds; 600 of them are the contract's."""
    seconds = float(os.environ.get("LOAD_S", "60"))
    args = {"positions": 3, "others": 17, "rate": 10_000.0, "drop_every_s": 1e9}

    def once():
        return asyncio.run(ran(tmp_path / "run", seconds, **args))

    figures, grown = benchmark.pedantic(once, rounds=1)
    warm = len(grown) // 3
    print(f"{figures['ticks']} ticks in {seconds:.0f} s, none lost; RSS {grown} MB")  # noqa: T201
    print({k: v for k, v in figures.items() if k.startswith(("lag", "turns"))})  # noqa: T201
    assert figures["ticks"] > 9_000 * seconds
    assert max(grown[warm:]) - grown[warm] < 10


async def whole_day(folder: Path, speed: float) -> tuple[dict[str, Any], list[float]]:
    """The generated day, every one of its ticks at its time."""
    sys.setswitchinterval(0.0005)
    keys: dict[str, Any] = {
        "run.out": str(folder),
        "state.dir": str(folder.parent / "state"),
        "sim.speed": speed,
    }
    planned = composition.plan(Config.load(profile="demo", **keys))
    run = composition.open_run(planned)
    driver = composition.driver(planned, run, lambda events: None, lambda view: None)
    drive = asyncio.ensure_future(driver.drive())  # noqa: TID251 - the test is the supervisor
    grown = []
    while not drive.done():
        await asyncio.wait([drive], timeout=10)
        grown.append(rss_mb())
    figures = driver.health()
    run.close(drive.result(), figures)
    return figures, grown


def engine_grows_mb(inputs: list[Input]) -> float:
    """What the engine, and the snapshot kept of it, grow by from a quarter of a day to its end."""
    engine = SafeEngine(Engine, Engine.restore)
    tracemalloc.start()
    sizes = []
    for item in inputs:
        engine.apply(item)
        if item.n == len(inputs) // 4:
            gc.collect()
            sizes.append(tracemalloc.get_traced_memory()[0])
    gc.collect()
    grown = tracemalloc.get_traced_memory()[0] - sizes[0]
    tracemalloc.stop()
    return grown / 1e6


@pytest.mark.benchmark(group="load")
@pytest.mark.timeout(1200)
def test_a_whole_day_at_sixty_times_loses_and_grows_nothing(benchmark, tmp_path):
    """Every input and every tick of it is there; `LOAD_SPEED` makes a shorter trial.

    The market is generated in this process and keeps its tapes, so the process as a whole grows by
    more than the engine does: that one is measured apart, with the inputs of the day.
    """
    speed = float(os.environ.get("LOAD_SPEED", "60"))
    figures, grown = benchmark.pedantic(
        lambda: asyncio.run(whole_day(tmp_path / "run", speed)), rounds=1
    )
    print(f"{figures}; RSS with the market {[round(mb) for mb in grown]} MB")  # noqa: T201
    inputs = list(read_inputs(tmp_path / "run"))
    assert [item.n for item in inputs] == list(range(1, figures["inputs"] + 1))
    assert_none_lost([i.body for i in inputs if isinstance(i.body, Tick)], profile="demo")
    engine_mb = engine_grows_mb(inputs)
    print(f"the engine grows by {engine_mb:.1f} MB from a quarter of the day on")  # noqa: T201
    assert engine_mb < 10
