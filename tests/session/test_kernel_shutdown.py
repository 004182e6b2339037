"""A real kernel that is shut down, restarted or terminated ends its session in good order."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rustro_kernel.engine.events.system import ShutdownRequested
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.manifest import read_manifest
from rustro_kernel.records.pick import said
from rustro_kernel.records.verify import verify
from tests.session.kernels import execute
from tests.session.waiting import until_blocking

BEGIN = """
import asyncio, time
import rustro_kernel as rk
keys = {{"run.out": {folder!r}, "state.dir": {state!r}, "sim.speed": 20, **{keys!r}}}
session = rk.Session(rk.Config.load(**keys), out=lambda line: None)
await session.start()
while session.view.state != "WAITING":
    await asyncio.sleep(0.01)
"""
BUSY = {
    "idle": "",
    "awaiting": "await asyncio.sleep(600)",
    "sleeping": "time.sleep(600)",
    "looping": "while True: sum(range(1000))",
}


def begin(client, tmp_path: Path, out: str = "run", **keys: object) -> Path:
    folder = tmp_path / out
    state = tmp_path / "state"
    execute(client, BEGIN.format(folder=str(folder), state=str(state), keys=keys))
    return folder


def occupy(client, tmp_path: Path, busy: str) -> None:
    """Have a cell run, and wait until it does."""
    mark = tmp_path / "busy"
    client.execute(f"open({str(mark)!r}, 'w').close()\n{BUSY[busy]}")
    until_blocking(mark.exists)


def who_ended(folder: Path) -> list[tuple[str, bool]]:
    events = list(read_events(folder))
    assert events[-1].type == "ShutdownCompleted"
    return [(asked.actor, asked.flatten) for asked in said(events, ShutdownRequested)]


@pytest.mark.kernel
@pytest.mark.parametrize("busy", BUSY)
def test_a_shutdown_ends_the_session_whatever_the_cell_does(kernel, tmp_path, busy):
    manager, client = kernel
    folder = begin(client, tmp_path)
    occupy(client, tmp_path, busy)
    manager.shutdown_kernel(now=False)
    assert who_ended(folder) == [("kernel shutdown", True)]
    assert verify(folder) == []
    assert read_manifest(folder).exit_code == 0


@pytest.mark.kernel
def test_a_restart_hands_positions_over_where_that_was_wanted(kernel, tmp_path):
    manager, client = kernel
    folder = begin(client, tmp_path, **{"run.leave_positions": True})
    manager.restart_kernel(now=False)
    assert who_ended(folder) == [("kernel shutdown", False)]
    client.wait_for_ready(timeout=60)
    second = begin(client, tmp_path, "second")  # neither lock nor slot is held
    manager.shutdown_kernel(now=False)
    assert verify(second) == []


@pytest.mark.kernel
@pytest.mark.parametrize("busy", ["idle", "looping"])
def test_a_terminated_kernel_stops_trading_first_and_then_dies(kernel, tmp_path, busy):
    manager, client = kernel
    folder = begin(client, tmp_path)
    occupy(client, tmp_path, busy)
    for _ in range(3):  # one that is repeated is no kill
        manager.signal_kernel(signal.SIGTERM)
    until_blocking(lambda: not manager.is_alive())
    assert who_ended(folder) == [("SIGTERM", True)]


@pytest.mark.kernel
def test_exit_in_a_cell_stops_trading(kernel, tmp_path):
    manager, client = kernel
    folder = begin(client, tmp_path)
    client.execute("exit()")
    until_blocking(lambda: not manager.is_alive())
    assert who_ended(folder) == [("exit", True)]


@pytest.mark.kernel
def test_a_kernel_whose_session_is_over_ends_as_any_other(kernel, tmp_path):
    manager, client = kernel
    begin(client, tmp_path)
    execute(client, "await session.stop(); await session.run(); None")
    manager.signal_kernel(signal.SIGTERM)
    until_blocking(lambda: not manager.is_alive())


SCRIPT = """
import asyncio, sys
import rustro_kernel as rk
session = rk.Session(rk.Config.load(**{keys!r}), out=lambda line: print(line, flush=True))
sys.exit(asyncio.run(session.run()).exit_code)
"""


@pytest.mark.parametrize(
    ("number", "actor"),
    [(signal.SIGTERM, "SIGTERM"), (signal.SIGHUP, "SIGHUP"), (signal.SIGINT, "interrupt")],
)
def test_a_script_that_is_told_to_end_stops_and_exits_with_0(tmp_path, number, actor):
    keys = {"run.out": str(tmp_path / "run"), "state.dir": str(tmp_path / "state"), "sim.speed": 20}
    command = [sys.executable, "-c", SCRIPT.format(keys=keys)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        next(line for line in process.stdout if "Stream connected" in line or "Broker" in line)
        process.send_signal(number)
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert who_ended(tmp_path / "run") == [(actor, True)]
    assert verify(tmp_path / "run") == []
