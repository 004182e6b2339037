"""Every command of the README, run in its order in a folder beside the market data.

Two are held elsewhere: pip (by .ci/run, which begins with nothing) and `rustro lab`, which stays
open (by tests/browser). What the line of the test command does is this very run.
"""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_readme import README, calls_of

OF_DATA = "../shared/data/"


def marked(words: list[str]) -> object:
    """A command; those on real days and what they left want the market data."""
    wants_data = any(word.startswith(OF_DATA) or word == "runs/2022-06-16" for word in words)
    return pytest.param(words, marks=[pytest.mark.data] if wants_data else [], id=" ".join(words))


COMMANDS = [marked(words) for words in calls_of(README) if words != ["lab"]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the reader stands."""
    return tmp_path_factory.mktemp("reader") / "rustro"


@pytest.fixture(scope="module")
def stage(folder: Path) -> dict[str, str]:
    """The environment of somebody who has just installed it."""
    folder.mkdir()
    home = folder.parent / "home"
    home.mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LANG") if name in os.environ}
    return {**kept, "HOME": str(home)}


@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_of_the_readme_does_what_it_says(words, folder, stage, request):
    if request.node.get_closest_marker("data"):
        data = request.getfixturevalue("market_data")
        words = [word.replace(OF_DATA, f"{data}/") for word in words]
    done = subprocess.run(
        [sys.executable, "-m", "rustro_kernel", *words],
        cwd=folder,
        env=stage,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{shlex.join(words)}: {done.stderr or done.stdout}"
    assert done.stdout.strip()


@pytest.mark.data
def test_the_day_without_a_trade_gives_its_reason(market_data, folder):
    why = (folder / "runs/2022-06-16/report.json").read_text(encoding="utf-8")
    assert '"direction":"NO_TRADE"' in why.replace(" ", "")
