"""A real JupyterLab of its own: empty home, own folders, a token, no look outside."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from rustro_kernel.commands import lab
from tests.conftest import ROOT
from tests.session.waiting import until_blocking


class Lab(NamedTuple):
    """A server that runs."""

    folder: Path
    address: str
    token: str

    def page(self, notebook: str) -> str:
        """Where a notebook of its folder is opened, alone in a fresh workspace."""
        return f"{self.address}lab/tree/{notebook}?token={self.token}&reset"


def empty_home(home: Path) -> dict[str, str]:
    """An empty home; nothing of the developer's own Jupyter or rustro is read."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("RUSTRO_", "JUPYTER"))}
    paths = (str(ROOT), str(ROOT / "widgets"), os.environ.get("PYTHONPATH", ""))
    return {
        **kept,
        "HOME": str(home),
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
    }


def command(folder: Path) -> list[str]:
    """JupyterLab as `rustro lab` starts it, and what a test needs beside."""
    return [
        *(sys.executable, "-m", "jupyterlab", str(folder), *lab.QUIET),
        *("--no-browser", "--allow-root", "--ServerApp.port=0", "--ServerApp.ip=127.0.0.1"),
        "--LabApp.expose_app_in_browser=True",
    ]


@contextmanager
def running_lab(place: Path) -> Iterator[Lab]:
    """A server on a folder below `place`; ended with its kernels."""
    home, folder = place / "home", place / "notebooks"
    home.mkdir()
    folder.mkdir()
    with (place / "lab.log").open("w") as log:
        running = subprocess.Popen(
            command(folder),
            env=lab.environment(empty_home(home)),
            cwd=folder,
            stdout=log,
            stderr=log,
        )
        try:
            yield Lab(folder, *found_server(home / "runtime", running))
        finally:
            running.terminate()
            running.wait(60)


def found_server(runtime: Path, running: "subprocess.Popen[bytes]") -> tuple[str, str]:
    """Address and token, from the file that the server writes when it listens."""
    file = runtime / f"jpserver-{running.pid}.json"

    def is_up() -> bool:
        assert running.poll() is None, "JupyterLab ended; see lab.log"
        return file.exists() and file.stat().st_size > 0

    until_blocking(is_up, 90)
    said = json.loads(file.read_text())
    return said["url"], said["token"]
