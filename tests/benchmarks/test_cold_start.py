"""From `rustro run` on the command line to an engine that has begun, against papermill itself.

`pytest tests/benchmarks/test_cold_start.py --benchmark-only` prints seconds. Both are started cold,
one after the other, so that whatever else the machine does falls on both; medians are compared.
"""

import statistics
import subprocess
import sys
from pathlib import Path
from time import perf_counter

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tests.headless.starting import empty_place, started
from tests.session.waiting import until_blocking

ROUNDS = 5
ALLOWED_S = 5.0
SPEC = {"name": "python3", "display_name": "Python 3", "language": "python"}


def trivial_s(place) -> float:
    """Stock papermill, its own engine, a notebook of one cell: until it has ended."""
    notebook = new_notebook(cells=[new_code_cell("1 + 1")], metadata={"kernelspec": SPEC})
    nbformat.write(notebook, place["cwd"] / "one.ipynb")
    command = [sys.executable, "-m", "papermill", "--no-progress-bar", "one.ipynb", "out.ipynb"]
    begun = perf_counter()
    subprocess.run(command, check=True, capture_output=True, **place)
    return perf_counter() - begun


def ready_s(place, folder: Path) -> float:
    """`rustro run` until the ledger has its first event, which the engine has stated."""
    events = folder / "events.jsonl"
    begun = perf_counter()
    with started(place, "run", "--speed", "1", "--out", folder) as running:
        until_blocking(lambda: events.exists() and events.stat().st_size)
        took_s = perf_counter() - begun
        running.terminate()
        running.stdout.read()
    assert running.returncode == 0
    return took_s


@pytest.mark.timeout(600)
def test_an_engine_is_ready_within_five_seconds_of_what_papermill_takes(benchmark, tmp_path):
    place = empty_place(tmp_path)
    trivial, ready = [], []

    def once() -> None:
        trivial.append(trivial_s(place))
        ready.append(ready_s(place, tmp_path / f"run{len(ready)}"))

    benchmark.pedantic(once, rounds=ROUNDS)
    medians = {"papermill_s": statistics.median(trivial), "rustro_s": statistics.median(ready)}
    benchmark.extra_info.update(medians, papermill_all=trivial, rustro_all=ready)
    assert medians["rustro_s"] <= medians["papermill_s"] + ALLOWED_S, (trivial, ready)
