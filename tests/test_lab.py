"""`rustro lab`: what it starts, and what it says where something is missing."""

import sys

import pytest

from rustro_kernel.commands import lab
from rustro_kernel.domain.errors import BadUsage
from tests.conftest import ROOT


@pytest.fixture
def installed(tmp_path):
    """The notebooks inside an installed package."""
    folder = tmp_path / "package" / "notebooks"
    folder.mkdir(parents=True)
    (folder / lab.OPENED).write_text("{}")
    (folder / "notes.py").write_text("")
    return folder


def test_it_opens_the_cockpit_and_the_words_after_ours_win(tmp_path):
    made = lab.command(tmp_path, ["--port", "9000"])
    notebook = str(ROOT / "notebooks" / "00_cockpit.ipynb")
    assert made[:4] == [sys.executable, "-m", "jupyterlab", notebook]
    assert "--MappingKernelManager.buffer_offline_messages=False" in made
    assert made[-2:] == ["--port", "9000"]


def test_an_installed_rustro_copies_its_notebooks_once_and_never_over_yours(tmp_path, installed):
    nowhere = tmp_path / "nowhere"
    folder = lab.workspace(tmp_path, nowhere, installed)
    assert [path.name for path in folder.iterdir()] == [lab.OPENED]
    (folder / lab.OPENED).write_text("mine")
    assert lab.workspace(tmp_path, nowhere, installed) == folder == tmp_path / "notebooks"
    assert (folder / lab.OPENED).read_text() == "mine"


def test_what_is_missing_is_said_in_a_sentence(tmp_path):
    with pytest.raises(BadUsage, match="the notebooks cannot be copied to"):
        lab.workspace(tmp_path, tmp_path / "nowhere", tmp_path / "neither")
    with pytest.raises(BadUsage, match=r"00_cockpit\.ipynb is missing; move that folder away"):
        lab.opened(tmp_path)


def test_our_settings_come_after_ones_own():
    own = lab.environment({"JUPYTER_CONFIG_PATH": "/mine"})["JUPYTER_CONFIG_PATH"]
    assert own == f"/mine:{lab.SETTINGS}"
    assert (lab.SETTINGS / "labconfig" / "page_config.json").is_file()
