"""A position is open while cells of every kind block a real kernel: its stop is seen in time."""

import json
import random
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine import entries
from rustro_kernel.engine.engine import Engine
from rustro_kernel.records.input_log import read_inputs
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.repair import repair
from rustro_kernel.records.replay import replay
from rustro_kernel.strategies import STRATEGIES
from tests.make import Puppet
from tests.session import held_day
from tests.session.kernels import ROOT, execute, executed

BEGIN = """
import asyncio, json, re, sys, time
import numpy as np
import pandas as pd
sys.setswitchinterval(0.0005)
sys.path.insert(0, {root!r})
from tests.session.held_day import HeldDay
day = HeldDay({folder!r}, positions={positions}, drop_every_s={drop_every_s})
drive = asyncio.ensure_future(day.driver.drive())
await asyncio.sleep(0.5)
"""
END = """
await asyncio.sleep(1)
figures = await day.stop(drive)
open({path!r}, "w").write(json.dumps(figures))
"""
FOR_SO_LONG = "end = time.monotonic() + {seconds}\nwhile time.monotonic() < end:\n    "
FRAME = """
rows = np.random.default_rng(1)
frame = pd.DataFrame({"key": rows.integers(0, 5000, 200_000), "value": rows.random(200_000)})
other = frame.groupby("key").mean()
matrix = rows.random((800, 800))
"""
CELLS = {
    "sleep": "time.sleep({seconds})",
    "loop": FOR_SO_LONG + "sum(k * k for k in range(1000))",
    "matmul": FOR_SO_LONG + "matrix @ matrix",
    "sort": FOR_SO_LONG + "np.sort(matrix.ravel())",
    "groupby": FOR_SO_LONG + "frame.groupby('key').agg(['mean', 'std'])",
    "merge": FOR_SO_LONG + "frame.merge(other, left_on='key', right_index=True)",
    "apply": FOR_SO_LONG + "frame.head(20_000).apply(lambda row: row['value'] * 2, axis=1)",
    "crash": FOR_SO_LONG + "sum(k * k for k in range(1000))\nraise ValueError('a cell that fails')",
}
OF_THE_GIL = {
    "to_datetime": "text = pd.Series(['30/11/2021 10:15:00'] * {n} * 100_000)\n"
    "_ = pd.to_datetime(text, format='%d/%m/%Y %H:%M:%S', cache=False)",
    "sorting objects": "things = [str((k * 7919) % 1_000_003) for k in range({n} * 600_000)]\n"
    "things.sort()",
    "backtracking": "re.match('(a+)+$', 'a' * {a} + 'b')",
}


def begin(client, folder: Path, positions: int, drop_every_s: float) -> None:
    code = BEGIN.format(
        root=str(ROOT), folder=str(folder), positions=positions, drop_every_s=drop_every_s
    )
    execute(client, code)
    execute(client, FRAME)


def end(client, folder: Path):
    path = f"{folder}.figures"
    execute(client, END.format(path=path))
    return json.loads(Path(path).read_text())


def told(figures, name: str) -> float:
    """p50, p99 and max of a figure in ms, printed; the p99."""
    values: list[float] = figures[name]
    p50, p99 = (values[min(len(values) - 1, len(values) * part // 100)] for part in (50, 99))
    print(f"{name}: {len(values)}, p50 {p50:.0f}, p99 {p99:.0f}, max {values[-1]:.0f}")  # noqa: T201
    return p99


@pytest.fixture
def same_signals(monkeypatch):
    """The replay sees signals as often as the session did."""
    monkeypatch.setattr(entries, "_hour", entries._hour)  # put back afterwards
    held_day.signal_a_minute()


def check(folder: Path, figures) -> None:
    """Every tick that was sent is there, in order, and the records replay."""
    assert figures["is_dense"]
    assert figures["rebuilt"] == 0
    inputs = list(read_inputs(folder))
    assert [item.n for item in inputs] == list(range(1, figures["inputs"] + 1))
    sent = figures["ticks"]
    ticks = [item for item in inputs if isinstance(item.body, Tick)]
    assert len(ticks) >= sent > 0
    assert replay(folder, lambda: Engine({**STRATEGIES, Puppet.name: Puppet})).is_identical


def blocked(kernel, folder: Path, seconds: float, positions: int, drop_every_s: float):
    """Run All, twice, with cells that block for so long each."""
    client = kernel[1]
    begin(client, folder, positions, drop_every_s)
    for _ in range(2):
        for name, code in CELLS.items():
            ended = executed(client, code.format(seconds=seconds), 60 + seconds)
            assert ended == ("ValueError" if name == "crash" else "ok"), name
    figures = end(client, folder)
    check(folder, figures)
    assert len(figures["decisions_ms"]) >= positions // 2
    assert figures["turns_understudy"] > 0
    return figures


@pytest.mark.kernel
def test_a_stop_is_seen_while_any_cell_blocks_the_kernel(kernel, tmp_path, same_signals):
    figures = blocked(kernel, tmp_path / "run", 1.2, 20, 0.9)
    assert told(figures, "decisions_ms") < 3 * 500
    told(figures, "orders_ms")


@pytest.mark.kernel
@pytest.mark.long
@pytest.mark.timeout(1200)
def test_it_is_seen_within_half_a_second_in_cells_of_thirty_seconds(kernel, tmp_path, same_signals):
    figures = blocked(kernel, tmp_path / "run", 30, 45, 10.5)
    assert told(figures, "decisions_ms") < 500
    told(figures, "orders_ms")


def held_by_the_gil(kernel, folder: Path, names, n: int, a: int) -> tuple[list[float], list[int]]:
    """No thread of ours runs meanwhile: what is left is the stop at the broker, and the truth.

    Returns:
        What each cell took in seconds, and the stalls that were stated in ms.
    """
    client = kernel[1]
    begin(client, folder, 3, 1e6)
    took = []
    for name in names:
        began = monotonic()
        execute(client, OF_THE_GIL[name].format(n=n, a=a))
        took.append(monotonic() - began)
        execute(client, "await asyncio.sleep(0.5)")
    figures = end(client, folder)
    check(folder, figures)
    assert figures["orders_ms"] == []  # nothing was sent or cancelled
    said: list[Any] = list(read_events(folder))
    sent = [e.data for e in said if e.type == "OrderSubmissionRequired"]
    ended = {e.data.tag for e in said if e.type in ("OrderCancelled", "OrderExecuted")}
    resting = [order.tag for order in sent if order.trigger_paise and order.tag not in ended]
    assert len(resting) == figures["open"] == 3
    stalls = [e.data.lag_ms for e in said if e.type == "LoopStalled"]
    print(f"took {[round(s, 1) for s in took]} s, LoopStalled {stalls} ms")  # noqa: T201
    return took, stalls


SOON = ("to_datetime", "sorting objects")
"""These hold the GIL only after some lines of Python, so that a tick has asked for a turn."""


@pytest.mark.kernel
def test_cells_that_hold_the_gil_lose_no_tick_and_are_told(kernel, tmp_path, same_signals):
    took, stalls = held_by_the_gil(kernel, tmp_path / "run", SOON, 5, 0)
    assert len(stalls) >= len(took)
    assert max(stalls) > 500 * max(took)


@pytest.mark.kernel
def test_a_cell_that_holds_the_gil_from_its_first_moment_is_told(kernel, tmp_path, same_signals):
    took, stalls = held_by_the_gil(kernel, tmp_path / "run", ["backtracking"], 0, 25)
    assert max(stalls, default=0) > 500 * max(took)


@pytest.mark.kernel
@pytest.mark.long
@pytest.mark.timeout(600)
def test_cells_that_hold_the_gil_for_long_lose_no_tick(kernel, tmp_path, same_signals):
    took, stalls = held_by_the_gil(kernel, tmp_path / "run", OF_THE_GIL, 10, 28)
    assert len(stalls) >= len(SOON)
    assert max(stalls) > 500 * max(took[: len(SOON)])


def interrupted(kernel, folder: Path, times: int, seed: int) -> None:
    """At any moment: in a busy cell, in one that awaits, between cells."""
    manager, client = kernel
    chance = random.Random(seed)
    begin(client, folder, 10, 0.5)
    for n in range(times):
        cell = chance.choice([CELLS["loop"], "await asyncio.sleep({seconds})", "1"])
        client.execute(cell.format(seconds=5))
        until = monotonic() + chance.random() / 4
        while monotonic() < until:
            pass
        for _ in range(1 + n % 3):
            manager.interrupt_kernel()
    if is_well(manager, client):
        figures = end(client, folder)
        check(folder, figures)
        exits = [e for e in read_events(folder) if e.type == "ExitSignalGenerated"]
        assert len(exits) == len(figures["decisions_ms"]) > 0
    else:
        repair(folder)
    assert replay(folder, lambda: Engine({**STRATEGIES, Puppet.name: Puppet})).is_identical


def is_well(manager, client) -> bool:
    """Whether the kernel lives: an interrupt just between two cells ends also a bare one."""
    while True:
        try:
            if executed(client, "1", 10) == "ok":
                return True
        except TimeoutError:
            if not manager.is_alive():
                print("the interrupts ended the kernel")  # noqa: T201 - told with the figures
                return False


@pytest.mark.kernel
def test_many_interrupts_never_leave_half_a_turn(kernel, tmp_path, same_signals):
    interrupted(kernel, tmp_path / "run", 25, 1)


@pytest.mark.kernel
@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(5))
def test_hundreds_of_interrupts_never_leave_half_a_turn(kernel, tmp_path, same_signals, seed):
    interrupted(kernel, tmp_path / "run", 100, seed)
