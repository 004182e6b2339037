"""`rustro serve` as systemd would keep it, its surroundings, and what can be seen of it."""

import datetime as dt
import json
import os
import signal
import subprocess
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Event, Thread
from typing import Any

import psutil

from rustro_kernel.control.client import Client
from rustro_kernel.control.places import socket_path
from rustro_kernel.domain.errors import NoAnswer, NotRunning
from tests.alerts.sinks import Hook, Mute, serving
from tests.conftest import ROOT
from tests.session.live.exchange_day import SECRETS, addresses
from tests.week.exchange import WeekExchange
from tests.week.plan import BUSY

RUSTRO = (sys.executable, "-m", "rustro_kernel")
RESTART_S = 1.0
"""`RestartSec` of the unit."""


class Bench:
    """One account's folder, its supervisor, and where its alerts arrive.

    Args:
        folder: For everything.
        exchange: Where it trades.
        is_muted: A second channel takes connections and never answers.
    """

    def __init__(self, folder: Path, exchange: WeekExchange, *, is_muted: bool = True) -> None:
        self.folder, self.exchange, self.state = folder, exchange, folder / "state"
        self._is_muted = is_muted
        self._stack = ExitStack()
        self.sink, self.mute = (self._stack.enter_context(serving(h)) for h in (Hook, Mute))
        self.process: subprocess.Popen[bytes] | None = None
        self.starts = 0
        self._ended = Event()
        self._keeper = Thread(target=self._keep, name="systemd", daemon=True)

    @property
    def words(self) -> list[str]:
        """What `rustro serve` and a second `rustro run` are started with."""
        keys: dict[str, Any] = {
            "mode": "live",
            **BUSY,
            **addresses(self.exchange.url),
            "broker.master_min_rows": 1,
            "state.dir": self.state,
            "backup.dir": self.folder / "backups",
            "serve.look_s": 0.3,
            "alerts.most": 1000,
            "alerts.timeout_s": 2,
        }
        return [
            *(w for key, value in keys.items() for w in ("-p", f"{key}={value}")),
            "--confirm-live",
        ]

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("RUSTRO_", "JUPYTER"))}
        sinks = [self.sink, *([self.mute] if self._is_muted else [])]
        channels = " ".join(f"json://127.0.0.1:{each.port}/" for each in sinks)
        return {
            **kept,
            **SECRETS,
            "RUSTRO_ALERT_URLS": channels,
            "HOME": str(self.folder / "home"),
            "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "widgets"))),
        }

    def start(self) -> None:
        (self.folder / "home").mkdir(parents=True)
        self._start()
        self._keeper.start()

    def _start(self) -> None:
        with (self.folder / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*RUSTRO, "serve", *self.words],
                cwd=self.folder,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        self.starts += 1

    def _keep(self) -> None:
        """What `Restart=always` does."""
        while not self._ended.wait(0.1):
            assert self.process is not None
            if self.process.poll() is not None and not self._ended.wait(RESTART_S):
                self._start()

    def run_second(self) -> "subprocess.CompletedProcess[str]":
        """A second `rustro run` on the account."""
        return subprocess.run(
            [*RUSTRO, "run", *self.words],
            cwd=self.folder,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )

    @property
    def log(self) -> str:
        return (self.folder / "serve.log").read_text(errors="replace")

    @property
    def memory(self) -> dict[str, Any]:
        """What the supervisor remembers."""
        with suppress(OSError, ValueError):
            found: dict[str, Any] = json.loads((self.state / "main.serve.json").read_text())
            return found
        return {}

    def is_over(self, date: dt.date) -> bool:
        over = self.memory.get("over")
        return over is not None and over >= date.isoformat()

    def status(self) -> Any:
        """What the session says of itself; None if there is none that answers."""
        with suppress(NotRunning, NoAnswer), Client(socket_path(self.state, "main"), 1.0) as client:
            return client.status()
        return None

    def process_of(self, name: str) -> psutil.Process | None:
        """The process "run" or "kernel"."""
        with suppress(psutil.Error, TypeError, KeyError):
            return psutil.Process(self.memory[name]["pid"])
        return None

    @property
    def supervisor_mb(self) -> float:
        assert self.process is not None
        return float(psutil.Process(self.process.pid).memory_info().rss) / 1e6

    def stop(self, timeout_s: float = 60.0) -> int:
        """Ask the supervisor for its end; its exit code."""
        self._ended.set()
        self._keeper.join()
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout_s)

    def close(self) -> None:
        """Leave no process behind."""
        self._ended.set()
        for process in filter(None, (self.process_of("run"), self.process_of("kernel"))):
            with suppress(psutil.Error):
                for each in (*process.children(recursive=True), process):
                    each.kill()
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        self._stack.close()
