"""One exchange that lives on while sessions against it are killed and started again."""

import multiprocessing
import os
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

from rustro_kernel.domain.market_time import SECOND, at
from rustro_kernel.engine.events.risk import TradingResumed
from rustro_kernel.records.exposure import exposure
from rustro_kernel.records.ledger import read_events, read_slim
from rustro_kernel.records.lines import until_damage
from rustro_kernel.simulator.exchange import MarketClock, Server
from rustro_kernel.simulator.exchange.order import FINAL
from tests.session.live import crash_driver
from tests.session.live.exchange_day import SECRETS, against
from tests.session.waiting import until_blocking
from tests.simulator.exchange.make import DATE, exchange
from tests.simulator.exchange.running import Running

SPEED = 45.0
"""A day lasts longer than a hundred kills, also where other work is done beside."""
LIVELY = {
    "mode": "live", "strategy.name": "churn", "strategy.volume_filter": "off",
    "strategy.warmup_bars": 28, "strategy.max_spread_pct": 100, "strategy.max_reentries": 20,
    "strategy.reentry_pause_s": 0, "strategy.min_dte": 0, "risk.max_losses": 100,
    "risk.daily_loss_pct": 100, "risk.base_size_pct": 20, "risk.margin_buffer": 1,
    "risk.max_positions": 3, "risk.max_positions_per_underlying": 3, "risk.vix_max": 200,
    "risk.vix_spike": 100, "risk.vix_stale_s": 86_400, "data.gap_threshold_s": 86_400,
    "exits.target_pct": 1.0, "exits.low_volume_exit": False, "exits.stop_pct": 20,
    "exits.trail_activate_pct": 0.5, "exits.trail_gap_pct": 0.2,
}  # fmt: skip


class CrashBench:
    """Starts sessions, kills them, and holds their ledger against the exchange."""

    def __init__(self, running: Running, folder: Path) -> None:
        self.exchange, self._folder = running.exchange, folder
        chosen = {key.replace(".", "__"): value for key, value in LIVELY.items()}
        cfg = against(running.server, folder, **chosen)
        self.keys = {
            key: cfg.value(key)
            for key in (
                *LIVELY, "broker.rest_url", "broker.stream_url", "broker.order_stream_url",
                "broker.master_url", "broker.master_min_rows", "state.dir", "run.out",
            )
        }  # fmt: skip
        self._starter = multiprocessing.get_context("forkserver")
        self._starter.set_forkserver_preload(["tests.session.live.crash_driver"])
        self.kills: Counter[str] = Counter()
        self.process: Any = None
        self._restarts = 0

    @property
    def run(self) -> Path:
        return self._folder / "run"

    @property
    def log(self) -> str:
        path = self._folder / "log.txt"
        return path.read_text()[-6000:] if path.exists() else ""

    def start(self, point: str = "", count: int = 1):
        log = str(self._folder / "log.txt")
        self.process = self._starter.Process(
            target=crash_driver.main, args=(self.keys, point, count, log), daemon=True
        )
        self.process.start()
        return self.process

    def killed_at(self, point: str, count: int, timeout_s: float) -> None:
        """Run until the point is reached; killed wherever it is if that takes too long."""
        process = self.start(point, count)
        process.join(timeout_s)
        is_there = process.exitcode is not None
        assert process.exitcode in (None, -9), self.log
        self.kill()
        self.kills[point if is_there else "at random"] += 1

    def killed_at_random(self, chance: Random) -> None:
        """Killed in its start-up, or somewhere in the trading after it."""
        process = self.start()
        if chance.random() < 2 / 3:
            self._restarts = self.names().count("SessionRestarted")
            give_up = monotonic() + 20
            until_blocking(lambda: not process.is_alive() or self.agrees() or monotonic() > give_up)
        process.join(3 * chance.random())
        assert process.exitcode is None, self.log
        self.kill()
        self.kills["at random"] += 1

    def agreements(self) -> list[float]:
        """Seconds from each login's reply until both sides agreed, of the starts that got there."""
        took, login_ns = [], 0
        for event in until_damage(read_events(self.run)):
            if event.type == "TokensStored":
                login_ns = event.ts
            elif isinstance(event.data, TradingResumed) and event.data.reason == "RECOVERING":
                took.append((event.ts - login_ns) / SECOND / SPEED)
        return took

    @property
    def orders(self) -> int:
        """Orders at the exchange."""
        return len(list(self.exchange.day.desk))

    def traded(self) -> None:
        """Wait for the first orders."""
        process = self.process
        until_blocking(lambda: not process.is_alive() or self.orders)
        assert process.is_alive(), self.log

    def kill(self) -> None:
        self.process.kill()
        self.process.join()

    def names(self) -> list[str]:
        return [event.type for event in until_damage(read_slim(self.run))]

    def agrees(self) -> bool:
        """Whether the newest start has come to agreement with the broker."""
        asked = said = 0
        for event in until_damage(read_events(self.run)):
            asked += event.type == "SessionRestarted"
            if isinstance(event.data, TradingResumed) and event.data.reason == "RECOVERING":
                said = asked
        return asked > self._restarts and said == asked

    def settle(self, timeout_s: float = 60.0) -> float:
        """Start once more and wait until ledger and exchange hold the same; the seconds it took."""
        self._restarts = self.names().count("SessionRestarted")
        begun = monotonic()
        process = self.start()
        until_blocking(lambda: not process.is_alive() or self.agrees(), timeout_s)
        took_s = monotonic() - begun
        is_paper = self.keys["mode"] == "paper"
        until_blocking(lambda: is_paper or not process.is_alive() or self.is_same(), timeout_s)
        assert process.is_alive(), self.log
        self.kill()
        return took_s

    def replays(self) -> bool:
        """Whether the inputs of all starts together give the ledger again, byte for byte."""
        process = self._starter.Process(target=crash_driver.replayed, args=(str(self.run),))
        process.start()
        process.join()
        return process.exitcode == 0

    def said(self, name: str):
        return [e.data for e in until_damage(read_events(self.run)) if e.type == name]

    def at_exchange(self) -> dict[str, int]:
        held = list(self.exchange.day.pit.portfolio.positions.values())
        return {str(p.listed.instrument.key): p.net for p in held if p.net}

    def is_same(self) -> bool:
        """Whether the ledger holds what the exchange holds."""
        return exposure(until_damage(read_events(self.run))).units == self.at_exchange()

    def check(self) -> None:
        """What must never have happened, whatever was killed when."""
        portfolio = self.exchange.day.pit.portfolio
        assert portfolio.violations == Counter(), (portfolio.violations, self.log)
        orders = list(self.exchange.day.desk)
        tags = Counter(order.form.tag for order in orders)
        assert [tag for tag, n in tags.items() if n > 1] == []
        known = exposure(until_damage(read_events(self.run))).tags
        assert set(tags) <= set(known), "an order that no ledger knows"
        living = Counter(o.form.tag[:16] for o in orders if o.status not in FINAL)
        assert [key for key, n in living.items() if n > 1] == [], "two living orders of an intent"
        assert self.said("OrphanFound") == []
        assert self.said("PositionReconciled") == []


@contextmanager
def crash_bench(folder: Path, *, mode: str = "live", clock: str = "10:20:00", speed: float = SPEED):
    """An exchange in the middle of a day, and sessions against it."""
    os.environ.update(SECRETS)
    server = Server(exchange(), MarketClock(at(DATE, clock), speed))
    with Running(server) as running:
        made = CrashBench(running, folder)
        made.keys["mode"] = mode
        try:
            yield made
        finally:
            if made.process is not None:
                made.kill()
            for name in SECRETS:
                os.environ.pop(name, None)
