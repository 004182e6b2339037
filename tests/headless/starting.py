"""Processes as a user starts them: an empty home, an empty folder, the terminal's words."""

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from tests.session.live.crash_bench import LIVELY
from tests.session.live.exchange_day import SECRETS, against

CLI = "from rustro_kernel.cli import main; main()"
LIVELY_CODE = "from tests.session.live.crash_driver import make_lively; make_lively()"
RUN = [sys.executable, "-c", CLI]
LIVELY_RUN = [sys.executable, "-c", f"{LIVELY_CODE}; {CLI}"]


def empty_place(tmp_path: Path) -> dict[str, Any]:
    """An empty folder to run in and an environment with an empty home."""
    (tmp_path / "home").mkdir()
    (tmp_path / "here").mkdir()
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("RUSTRO_", "JUPYTER"))}
    return {"cwd": tmp_path / "here", "env": {**kept, "HOME": str(tmp_path / "home")}}


def lively_place(tmp_path: Path, **secrets: str) -> dict[str, Any]:
    """The same, for sessions that trade every minute at a simulated exchange."""
    place = empty_place(tmp_path)
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
    place["env"].update(SECRETS, PYTHONPATH=path, **secrets)
    startup = tmp_path / "home" / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "lively.py").write_text(LIVELY_CODE)
    return place


def rustro(place: dict[str, Any], *args: object, run: list[str] = RUN) -> tuple[int, str, str]:
    """Exit code, stdout, stderr."""
    done = subprocess.run(
        [*run, *map(str, args)], check=False, capture_output=True, text=True, **place
    )
    return done.returncode, done.stdout, done.stderr


@contextmanager
def started(place: dict[str, Any], *args: object, run: list[str] = RUN, **how: Any):
    """A process whose lines can be read; killed with its kernel if the test fails."""
    command = [*run, *map(str, args)]
    with subprocess.Popen(command, **place, stdout=subprocess.PIPE, text=True, **how) as running:
        try:
            yield running
        except BaseException:
            for pid in (*children(running.pid), running.pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            raise


def kernel_of(process: "subprocess.Popen[str]") -> int:
    """The process id of the kernel that a run has started."""
    return next(pid for pid in children(process.pid) if "ipykernel_launcher" in command_line(pid))


def children(pid: int) -> list[int]:
    """The processes a process has started and not waited for."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in listed.read_text().split()] if listed.exists() else []


def command_line(pid: int) -> str:
    """The words a process was started with."""
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def told(server: Any) -> list[str]:
    """The addresses of an exchange, as -p pairs."""
    cfg = against(server, Path())
    names = ("rest_url", "stream_url", "order_stream_url", "master_url", "master_min_rows")
    return [part for n in names for part in ("-p", f"broker.{n}={getattr(cfg.broker, n)}")]


def lively_keys() -> list[str]:
    """What makes a session trade every minute, as -p pairs."""
    chosen = {k: v for k, v in LIVELY.items() if k != "mode"}
    said = {k: v if isinstance(v, str) else json.dumps(v) for k, v in chosen.items()}
    return [part for key, value in said.items() for part in ("-p", f"{key}={value}")]


def cells(notebook: Path) -> list[dict[str, Any]]:
    """The cells of a notebook file."""
    found: list[dict[str, Any]] = json.loads(notebook.read_text())["cells"]
    return found


def outputs(notebook: Path) -> list[dict[str, Any]]:
    """Everything its cells gave."""
    return [output for cell in cells(notebook) for output in cell.get("outputs", [])]


def pictures(notebook: Path) -> int:
    """How many charts it holds."""
    return sum("image/png" in output.get("data", {}) for output in outputs(notebook))
