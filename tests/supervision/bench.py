"""An exchange that lives on, and `rustro serve` against it: the real command, in a process.

What trades is the strategy of the crash tests, put into every Python process by a sitecustomize.
"""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from rustro_kernel.control.client import Client
from rustro_kernel.control.places import socket_path
from rustro_kernel.domain.errors import NoAnswer, NotRunning
from rustro_kernel.domain.market_time import at
from rustro_kernel.records.exposure import exposure
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.lines import until_damage
from rustro_kernel.simulator.exchange import MarketClock, Server
from rustro_kernel.simulator.exchange.order import FINAL
from tests.session.live.crash_bench import LIVELY
from tests.session.live.exchange_day import SECRETS, addresses
from tests.session.waiting import until_blocking
from tests.simulator.exchange.make import DATE, Trader, exchange
from tests.simulator.exchange.running import Running

ROOT = Path(__file__).parents[2]
LIVELY_PROCESS = """
import sys
if "rustro_kernel" in sys.orig_argv or "ipykernel_launcher" in sys.orig_argv:
    from tests.session.live import crash_driver
    crash_driver.make_lively()
"""
PATIENCE_S = 60.0


class ServeBench:
    """Starts and ends supervisors, and holds what they leave against the exchange."""

    def __init__(self, running: Running, folder: Path, **keys) -> None:
        self.running, self.exchange, self.folder = running, running.exchange, folder
        plain = {
            **LIVELY,
            **addresses(running.url),
            "broker.master_min_rows": 1,
            "state.dir": folder / "state",
            "serve.look_s": 0.3,
        }
        self.keys = {**plain, **{key.replace("__", "."): value for key, value in keys.items()}}
        (folder / "site").mkdir()
        (folder / "site" / "sitecustomize.py").write_text(LIVELY_PROCESS)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("RUSTRO_")}
        path = os.pathsep.join(map(str, (self.folder / "site", ROOT, ROOT / "widgets")))
        return {**kept, **SECRETS, "PYTHONPATH": path}

    def start(self, *more: str) -> "subprocess.Popen[bytes]":
        words = [w for key, value in self.keys.items() for w in ("-p", f"{key}={value}")]
        live = ["--confirm-live"] if self.keys["mode"] == "live" else []
        with (self.folder / "log.txt").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "rustro_kernel", "serve", *words, *live, *more],
                cwd=self.folder,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        return self.process

    @property
    def log(self) -> str:
        return (self.folder / "log.txt").read_text()

    def said(self, text: str, times: int = 1) -> bool:
        return self.log.count(text) >= times

    def wait(self, condition, timeout_s: float = PATIENCE_S) -> None:
        """Until it holds; the log if it does not."""
        try:
            until_blocking(condition, timeout_s)
        except AssertionError:
            raise AssertionError(self.log[-8000:]) from None

    def status(self):
        """What the session says of itself; None if there is none."""
        path = socket_path(self.folder / "state", "main")
        with suppress(NotRunning, NoAnswer), Client(path, 1.0) as client:
            return client.status()
        return None

    @property
    def memory(self):
        path = self.folder / "state" / "main.serve.json"
        return json.loads(path.read_text()) if path.exists() else {}

    def process_of(self, name: str) -> psutil.Process:
        """The process "run" or "kernel"."""
        self.wait(lambda: (self.memory.get(name) or {}).get("pid"))
        return psutil.Process(self.memory[name]["pid"])

    def holding(self) -> None:
        """Wait until a session holds something, and its stop rests."""
        self.wait(lambda: (s := self.status()) and s.positions and self.at_exchange())

    def restarted(self, times: int) -> None:
        """Wait until a session was restarted so often and answers again."""
        self.wait(lambda: self.said("the session is restarted", times))
        self.wait(lambda: self.restarts == times and self.status())

    @property
    def restarts(self) -> int:
        """By the ledger."""
        return sum(event.type == "SessionRestarted" for event in self.events())

    @property
    def runs(self) -> list[Path]:
        return sorted((self.folder / "runs").glob("*"))

    def events(self):
        return [e for run in self.runs for e in until_damage(read_events(run))]

    def at_exchange(self) -> dict[str, int]:
        held = list(self.exchange.day.pit.portfolio.positions.values())
        return {str(p.listed.instrument.key): p.net for p in held if p.net}

    def buy_as_somebody_else(self, key: str, units: int) -> None:
        """Somebody buys the same contract by hand, in the broker's app."""
        option = next(o for o in self.exchange.day.market.instruments() if o.key == key)
        listed = self.exchange.day.listing.of(option.key)
        trader = Trader(self.exchange, login=False)
        trader.now = self.running.clock.now_ns()
        trader.login()
        trader.place(listed, quantity=str(units))
        self.wait(lambda: self.at_exchange().get(key, 0) > units)

    def check(self) -> None:
        """What must never have happened, whatever was killed when."""
        assert self.exchange.day.pit.portfolio.violations == Counter(), self.log
        orders = list(self.exchange.day.desk)
        tags = Counter(order.form.tag for order in orders)
        assert [tag for tag, n in tags.items() if n > 1] == []
        living = Counter(o.form.tag[:16] for o in orders if o.status not in FINAL)
        assert [key for key, n in living.items() if n > 1] == [], "two living orders of an intent"

    def agrees(self) -> bool:
        """Whether the ledger holds what the exchange holds."""
        (run,) = self.runs
        return exposure(until_damage(read_events(run))).units == self.at_exchange()

    def stop(self, number: int = signal.SIGTERM, timeout_s: float = PATIENCE_S) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        try:
            return self.process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            raise AssertionError(self.log[-8000:]) from None

    def end(self) -> None:
        """Leave no process behind."""
        for name in ("run", "kernel"):
            with suppress(psutil.Error, TypeError, KeyError):
                process = psutil.Process(self.memory[name]["pid"])
                everybody = [*process.children(recursive=True), process]
                for each in everybody:
                    each.kill()
                psutil.wait_procs(everybody, timeout=10)
        if self.process is not None:
            self.process.kill()
            self.process.wait()


@contextmanager
def serve_bench(folder: Path, *, clock: str = "10:20:00", speed: float = 20.0, **keys):
    """An exchange in the middle of a day, and supervisors against it."""
    server = Server(exchange(), MarketClock(at(DATE, clock), speed))
    with Running(server) as running:
        bench = ServeBench(running, folder, **keys)
        try:
            yield bench
        finally:
            bench.end()
