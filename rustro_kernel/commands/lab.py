"""`rustro lab`: JupyterLab on the notebooks."""

import os
import shutil
import sys
from pathlib import Path
from typing import NoReturn

from rustro_kernel.headless.notebooks import CHECKOUT, PACKAGED


def workspace(here: Path) -> Path:
    """The folder of notebooks to work in: the checkout's, or a copy of the installed ones."""
    if CHECKOUT.is_dir():
        return CHECKOUT
    folder = here / "notebooks"
    if not folder.exists():
        shutil.copytree(PACKAGED, folder, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    return folder


def lab() -> NoReturn:
    """Become JupyterLab."""
    folder = workspace(Path.cwd())
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", str(folder)])  # noqa: S606 - no shell wanted
