"""`rustro lab`: JupyterLab on the cockpit's notebook."""

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.headless.notebooks import CHECKOUT, PACKAGED

OPENED = "00_cockpit.ipynb"
QUIET = (
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    # Nobody reads along while the page is away: it asks for the whole picture when it is back.
    "--MappingKernelManager.buffer_offline_messages=False",
)
"""No look outside, and no heap of messages for a page that was closed."""
SETTINGS = Path(__file__).parent / "jupyter"
"""Takes the question away whether JupyterLab may look for news."""


def workspace(here: Path, checkout: Path = CHECKOUT, packaged: Path = PACKAGED) -> Path:
    """The folder of notebooks to work in: the checkout's, or a copy of the installed ones.

    Raises:
        BadUsage: If there are none, or they cannot be copied to where one is.
    """
    if checkout.is_dir():
        return checkout
    folder = here / "notebooks"
    if folder.is_dir():
        return folder
    try:
        shutil.copytree(packaged, folder, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    except OSError as exc:
        raise BadUsage(f"the notebooks cannot be copied to {folder}: {exc}") from exc
    return folder


def command(here: Path, more: Sequence[str]) -> list[str]:
    """What is run.

    Args:
        here: The folder one is in.
        more: Arguments for JupyterLab; they win over ours.

    Raises:
        BadUsage: If JupyterLab or the notebooks are missing.
    """
    if find_spec("jupyterlab") is None:
        raise BadUsage("JupyterLab is not installed here: pip install jupyterlab")
    notebook = opened(workspace(here))
    return [sys.executable, "-m", "jupyterlab", str(notebook), *QUIET, *more]


def opened(folder: Path) -> Path:
    """The cockpit's notebook.

    Raises:
        BadUsage: If it is not in the folder.
    """
    notebook = folder / OPENED
    if not notebook.is_file():
        raise BadUsage(f"{notebook} is missing; move that folder away to get the notebooks anew")
    return notebook


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """What it inherits, with our settings after one's own."""
    paths = filter(None, (given.get("JUPYTER_CONFIG_PATH"), str(SETTINGS)))
    return {**given, "JUPYTER_CONFIG_PATH": os.pathsep.join(paths)}


def lab(more: Sequence[str]) -> NoReturn:
    """Become JupyterLab; its exit code is ours."""
    made = command(Path.cwd(), more)
    os.execve(made[0], made, environment(os.environ))  # noqa: S606 - no shell wanted
