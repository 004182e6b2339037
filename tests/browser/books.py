"""The notebooks that the browser tests open."""

import shutil
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from tests.conftest import ROOT

SPEC = {"name": "python3", "display_name": "Python 3", "language": "python"}
SESSION = """
import rustro_kernel as rk
from rustro_widgets import Cockpit

keys = {{"sim.speed": {speed}, "run.out": {out!r}, "state.dir": {state!r}}}
lines = []
session = rk.Session(rk.Config.load(profile="demo", **keys), out=lines.append)
"""
COCKPIT = "cockpit = Cockpit(session)\ncockpit"
START = "await session.start()"
ATTACHED = """
import rustro_kernel as rk
from rustro_widgets import Cockpit

handle = rk.attach({state!r})
cockpit = Cockpit(handle)
cockpit
"""


def written(folder: Path, name: str, *sources: str) -> str:
    """A notebook of these cells; its name."""
    cells = [new_code_cell(source.strip()) for source in sources]
    book = new_notebook(cells=cells, metadata={"kernelspec": SPEC})
    nbformat.write(book, folder / f"{name}.ipynb")
    return f"{name}.ipynb"


def live_day(folder: Path, name: str, speed: float, *more: str) -> str:
    """A generated day of the demo profile in the background, watched by a cockpit."""
    places = {"out": str(folder / f"{name}-run"), "state": str(folder / f"{name}-state")}
    cells = (SESSION.format(speed=speed, **places), COCKPIT, START, *more)
    return written(folder, name, *cells)


def shipped(folder: Path, name: str) -> str:
    """A copy of one of ours."""
    shutil.copy(ROOT / "notebooks" / name, folder)
    return name


def replayed_day(folder: Path, name: str) -> str:
    """A generated day that was run to its end, on the replay desk."""
    places = {"out": str(folder / f"{name}-run"), "state": str(folder / f"{name}-state")}
    session = SESSION.format(speed="'max'", **places)
    desk = f"from rustro_widgets import ReplayDesk\ndesk = ReplayDesk({places['out']!r})\ndesk"
    return written(folder, name, session, "result = await session.run()", desk)


TUNER = """
from rustro_kernel.research.invented import invented_bars
from rustro_widgets import Tuner

keys = ["exits.stop_pct", "strategy.daily_adx_threshold"]
tuner = Tuner(invented_bars(), profile="demo", params=keys)
tuner
"""
TUNED = """
tuner.sweep({"exits.stop_pct": [5, 10, 15, 20, 25], "strategy.daily_adx_threshold": [15, 20, 25]})
await tuner.settled()
tuner.walk_forward()
await tuner.settled()
"""


def tuned(folder: Path, name: str) -> str:
    """A Tuner on made-up days that has swept and walked forward."""
    return written(folder, name, TUNER, TUNED)


def attached(folder: Path, name: str, state: Path) -> str:
    """A cockpit on a session of another process."""
    return written(folder, name, ATTACHED.format(state=str(state)))
