"""What a cockpit costs the kernel it lives in: bytes, processor, time to open.

Run with `pytest tests/benchmarks/test_cockpit.py --benchmark-only -s`, on a real kernel.
"""

import json
from pathlib import Path
from typing import Any

import comm
import pytest

from tests.benchmarks import cockpit_cells
from tests.session.kernels import ROOT, ThisInterpreter, execute

BEGIN = f"import sys; sys.path.insert(0, {str(ROOT)!r})\nfrom tests.benchmarks import cockpit_cells"
ALLOWED_BYTES, ALLOWED_RATIO, ALLOWED_S = 2048, 8.0, 2.0


@pytest.fixture(scope="module")
def kernel():
    manager = ThisInterpreter()
    manager.start_kernel()
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    execute(client, BEGIN)
    yield client
    client.stop_channels()
    manager.shutdown_kernel()


@pytest.fixture
def measured(kernel, tmp_path: Path):
    """Runs one of the cells' functions in the kernel; what it gave."""

    def measure(call: str) -> Any:
        path = tmp_path / "figures.json"
        execute(kernel, f"cockpit_cells.keep({str(path)!r}, await cockpit_cells.{call})")
        return json.loads(path.read_text())

    return measure


@pytest.mark.benchmark(group="cockpit")
def test_a_live_frame_is_at_most_two_kilobytes(benchmark, monkeypatch):
    monkeypatch.setattr(comm, "create_comm", cockpit_cells.Spy)
    sent = benchmark.pedantic(cockpit_cells.frame_bytes, rounds=1)
    benchmark.extra_info["frame_bytes"] = sent
    print(f"a live frame: {sent} bytes")  # noqa: T201
    assert sent <= ALLOWED_BYTES


@pytest.mark.benchmark(group="cockpit")
def test_a_live_frame_costs_at_most_eight_minimal_messages(benchmark, measured):
    figures = benchmark.pedantic(lambda: measured("cpu_of_a_frame()"), rounds=1)
    benchmark.extra_info.update(figures)
    print(figures)  # noqa: T201
    assert figures["ratio"] <= ALLOWED_RATIO


@pytest.mark.benchmark(group="cockpit")
@pytest.mark.parametrize(("cockpits", "allowed"), [(1, 5.0), (10, 20.0)])
def test_ten_panels_take_at_most_five_percent_of_a_core(benchmark, measured, cockpits, allowed):
    """A cockpit has more than ten of them; ten whole cockpits on one session are for comparison."""
    figures = benchmark.pedantic(lambda: measured(f"shares({cockpits})"), rounds=1)
    benchmark.extra_info.update(figures)
    print(f"{cockpits} cockpits: {figures}")  # noqa: T201
    assert figures["more"] <= allowed


@pytest.mark.benchmark(group="cockpit")
def test_a_cockpit_on_a_full_day_opens_within_two_seconds(benchmark, measured, tmp_path):
    took_s = benchmark.pedantic(lambda: measured(f"opening_s({str(tmp_path)!r})"), rounds=1)
    print(f"opened in {took_s:.3f} s")  # noqa: T201
    benchmark.extra_info["opening_s"] = took_s
    assert took_s < ALLOWED_S
