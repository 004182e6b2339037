"""However a headless day ends, its notebook shows it and its exit code is true."""

import json
import os
import signal
import subprocess
import sys
import tomllib

import pytest

from rustro_kernel.headless.verify import verify
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.manifest import read_manifest
from tests.conftest import ROOT
from tests.headless.starting import (
    cells,
    empty_place,
    kernel_of,
    outputs,
    pictures,
    started,
)

pytestmark = [pytest.mark.kernel, pytest.mark.timeout(300)]
SHORT = ("-p", "sim.date=2021-11-04")  # Muhurat: one hour


@pytest.fixture
def place(tmp_path):
    return empty_place(tmp_path)


def summed_up(notebook) -> bool:
    """Whether the cells after the day have all been drawn, without an error."""
    kinds = [output["output_type"] for output in outputs(notebook)]
    return pictures(notebook) == 5 and "error" not in kinds


def test_a_day_whose_kernel_died_is_drawn_afterwards_and_says_so(place):
    folder = place["cwd"] / "X"
    args = ("run", "--profile", "demo", "--speed", "3000", "--out", "X")
    with started(place, *args) as running:
        for line in running.stdout:
            if " aligned" in line:
                os.kill(kernel_of(running), signal.SIGKILL)
                break
        running.stdout.read()
    assert running.returncode == 1
    assert read_manifest(folder).exit_code == 1
    assert "the kernel died (signal SIGKILL)" in read_manifest(folder).reason
    assert summed_up(folder / "session.ipynb")
    [note] = [c for c in cells(folder / "session.ipynb") if "rustro-note" in str(c["metadata"])]
    events = len(list(read_events(folder)))
    assert f"drawn afterwards, from its {events} events." in "".join(note["source"])
    # Ticks and other inputs are two files: of the last moment one may lack what the other has.
    assert [found for found in verify(folder) if found.file != "inputs"] == []


@pytest.mark.long
def test_a_day_goes_on_when_nobody_reads_its_terminal_any_more(place):
    with started(place, "run", *SHORT, "--out", "X") as running:
        running.stdout.readline()
        running.stdout.close()
    assert running.returncode == 0
    assert summed_up(place["cwd"] / "X" / "session.ipynb")


def test_a_stop_before_the_day_has_begun_leaves_nothing_and_is_no_failure(place):
    args = ("run", "--speed", "1", "--out", "X")
    with started(place, *args, stderr=subprocess.STDOUT) as running:
        folder = place["cwd"] / "X"
        while not (folder / "session.ipynb").exists():
            assert running.poll() is None
        running.send_signal(signal.SIGTERM)
        words = running.stdout.read()
    assert (running.returncode, words) == (0, "stopped before the day began\n")
    assert not folder.exists()


def test_stock_papermill_finds_the_engine_by_its_name(place, tmp_path):
    """As installed: the entry point of pyproject.toml, in a distribution beside the others."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]
    [(name, where)] = table["papermill.engine"].items()
    info = tmp_path / "site" / "as_installed-1.dist-info"
    info.mkdir(parents=True)
    (info / "entry_points.txt").write_text(f"[papermill.engine]\n{name} = {where}\n")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: as-installed\nVersion: 1\n")
    path = os.pathsep.join((str(tmp_path / "site"), str(ROOT), os.environ.get("PYTHONPATH", "")))
    place["env"]["PYTHONPATH"] = path
    given = json.dumps({"overrides": {"sim.date": "2021-11-04", "run.out": "X"}})
    command = [sys.executable, "-m", "papermill", "--engine", "rustro", "--no-progress-bar"]
    notebook = str(ROOT / "notebooks" / "session.ipynb")
    done = subprocess.run(
        [*command, "-y", given, notebook, "out.ipynb"], check=False, capture_output=True, **place
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    assert summed_up(place["cwd"] / "out.ipynb")
    assert read_manifest(place["cwd"] / "X").exit_code == 0
