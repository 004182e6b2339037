"""The cockpit in a real kernel, clicked by messages as a page sends them."""

from pathlib import Path

import pytest

from rustro_kernel.records.ledger import ledger_lines
from tests.session.kernels import ROOT, ThisInterpreter
from tests.widgets.front import Front

pytestmark = [pytest.mark.kernel, pytest.mark.timeout(180)]
BEGIN = f"""
import sys, time
sys.path.insert(0, {str(ROOT)!r})
import rustro_kernel as rk
from rustro_widgets import Cockpit
"""
DAY = """
keys = {{"sim.speed": {speed}, "run.out": {run!r}, "state.dir": {state!r}}}
session = rk.Session(rk.Config.load(profile="demo", **keys), out=lambda line: None)
cockpit = Cockpit(session)
await session.start()
"""


@pytest.fixture
def front():
    """A page on a kernel of its own."""
    manager = ThisInterpreter()
    manager.start_kernel()
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    yield Front(client)
    client.stop_channels()
    manager.shutdown_kernel()


@pytest.fixture
def run(front: Front, tmp_path: Path) -> Path:
    """A day at sixty times under way, watched by a cockpit; its folder."""
    folder = tmp_path / "run"
    front.run(BEGIN + DAY.format(speed=60, run=str(folder), state=str(tmp_path / "state")))
    front.until(lambda: "WAITING" in shown(front))
    return folder


def shown(front: Front) -> str:
    """All text of the models."""
    return " ".join(str(model["value"]) for model in front.models.values() if "value" in model)


def given(run: Path, name: str) -> int:
    """How often the ledger has a command."""
    return sum(f'"name":"{name}"'.encode() in line for line in ledger_lines(run))


def arm(front: Front, subshell: str | None = None) -> None:
    """Take the safety catch off, and wait until KILL can be clicked."""
    front.click(front.found(description="arm kill"), subshell)
    front.until(lambda: front.found(description="KILL", disabled=False))


def test_a_kill_from_a_subshell_does_not_wait_for_a_cell_that_blocks(front: Front, run: Path):
    subshell = front.subshell()
    arm(front, subshell)
    cell = front.run("time.sleep(4)")
    front.click(front.found(description="KILL"), subshell)
    is_over = False
    while not given(run, "kill"):
        is_over = is_over or front.is_answered(cell)
    assert not is_over
    front.until(lambda: "KILLED" in shown(front))
    assert given(run, "kill") == 1


def test_two_clicks_in_one_moment_are_one_command(front: Front, run: Path):
    button = front.found(description="Flatten")
    front.click(button, front.subshell())
    front.click(button)
    front.until(lambda: "flatten: accepted" in shown(front))
    front.run("await session.stop()")
    front.until(lambda: "CLOSED" in shown(front))
    assert given(run, "flatten") == 1


def test_a_page_that_comes_back_has_the_picture_of_one_that_stayed(front: Front, run: Path):
    front.until(lambda: "market OPEN" in shown(front))
    front.run("await session.stop()")
    front.until(lambda: "CLOSED" in shown(front))
    front.finish("cockpit._redraw.stop()")
    anew = front.states_anew()
    assert anew == {id: front.models[id] for id in anew}
