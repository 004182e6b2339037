"""A live session, put together as a user's is, against an exchange with a fault script."""

import asyncio
import logging
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import rustro_kernel as rk
from rustro_kernel.domain.market_time import at
from rustro_kernel.engine.turn import Event
from rustro_kernel.session.result import SessionResult
from rustro_kernel.session.session import Session
from rustro_kernel.simulator.exchange import Exchange, Habits, MarketClock, Server, parse_script
from tests.session.live.exchange_day import against, log_in_with
from tests.simulator.exchange.make import ACCOUNT, DATE, market
from tests.simulator.exchange.running import Running

BUSY = {
    "strategy.daily_adx_threshold": 0, "strategy.hourly_adx_threshold": 0,
    "strategy.volume_filter": "off", "strategy.breakout_volume_mult": 0,
    "strategy.breakout_min_minutes": 0, "strategy.rsi_low": 99, "strategy.rsi_high": 100,
    "strategy.ema_period": 2, "strategy.pullback_rsi_lookback": 6,
    "strategy.max_reentries": 20, "strategy.reentry_pause_s": 0, "strategy.warmup_bars": 28,
    "hours.entry_window": ("09:32:00", "15:10:00"),
    "exits.stop_pct": 5, "exits.trail_activate_pct": 2, "exits.trail_gap_pct": 1.5,
    "exits.target_pct": 4, "exits.low_volume_exit": False,
    "risk.base_size_pct": 20, "risk.live_max_lots": 40, "risk.max_losses": 100,
    "risk.daily_loss_pct": 50,
}  # fmt: skip
"""A signal in every hour, left after minutes: many orders of many lots."""
PATIENT = {
    "orders.retry_at_s": (0, 2, 6, 14, 30, 60, 120, 240, 480, 720, 960, 1200),
    "orders.retry_steps_pct": (0, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1, 1, 1),
    "broker.order_timeout_s": 1, "stream.stall_s": 2, "stream.backoff_s": (1, 2),
}  # fmt: skip
"""The proof that an order is absent takes seconds of the wall: minutes of this market."""


class Line(NamedTuple):
    """A warning or worse of the program's log, with the market's time."""

    ts_ns: int
    text: str


class Ears(logging.Handler):
    """Hears what the log says while a day lasts."""

    def __init__(self, clock: MarketClock) -> None:
        super().__init__(logging.WARNING)
        self._clock = clock
        self.lines: list[Line] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(Line(self._clock.now_ns(), record.getMessage()))

    def __enter__(self) -> "Ears":
        logging.getLogger("rustro_kernel").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("rustro_kernel").removeHandler(self)


@dataclass
class Operator:
    """The person at the desk: resumes after a hole in the data, and stops when told."""

    session: Session
    asked: list[Future[Any]] = field(default_factory=list)

    def see(self, event: Event) -> None:
        if event.type == "RecoveryFailed":
            self.asked.append(self.session.send("resume", reason="looked at the hole"))


@dataclass
class Day:
    """What is left of a day: both sides' books."""

    result: SessionResult
    exchange: Exchange
    status: dict[str, Any]
    lines: list[Line]

    @property
    def folder(self) -> Path:
        assert self.result.folder is not None
        return self.result.folder


SLOW = Habits(reach_ms=6000)
"""The next attempt is due before an order reaches the exchange: each is asked to be cancelled."""


def exchange_of(script: str, regime: str) -> Exchange:
    return Exchange(market(DATE, regime), ACCOUNT, SLOW, parse_script(script))


async def _trade(session: Session, until: Any) -> SessionResult:
    """Run the session; stop it when the condition holds."""
    operator = Operator(session)
    session.subscribe(operator.see)
    session.confirm_live(session.to_confirm)
    await session.start()
    running = asyncio.get_running_loop().create_task(session.run())
    while not running.done():
        if until is not None and until(session):
            await session.stop()
            break
        await asyncio.wait([running], timeout=0.05)
    return await running


def live_day(
    script: str,
    folder: Path,
    environment: pytest.MonkeyPatch,
    *,
    clock: str = "09:00:00",
    speed: float = 60.0,
    regime: str = "trend_up",
    until: Any = None,
    **keys: Any,
) -> Day:
    """Trade a day, or from `clock` until a condition holds; returns when both sides are done."""
    log_in_with(environment)
    server = Server(exchange_of(script, regime), MarketClock(at(DATE, clock), speed))
    with Running(server), Ears(server.clock) as ears:
        cfg: rk.Config = against(server, folder, **{**BUSY, **PATIENT, "mode": "live", **keys})
        said: list[str] = []
        session = Session(cfg, out=said.append)
        result = asyncio.run(_trade(session, until))
        return Day(result, server.exchange, server.status(), ears.lines)
