"""Paper sessions against the simulated exchange: the whole day, or one part with a plain intake."""

import asyncio
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

from rustro_kernel.brokers.angelone.connect import connect
from rustro_kernel.brokers.angelone.forms import Credentials
from rustro_kernel.brokers.paper import PaperBroker
from rustro_kernel.brokers.paper.doors import doors
from rustro_kernel.config import Config
from rustro_kernel.domain.market_time import at
from rustro_kernel.domain.money import paise
from rustro_kernel.engine.effects import Finish
from rustro_kernel.engine.engine import Engine
from rustro_kernel.engine.inputs import Command
from rustro_kernel.records.health import HealthLog
from rustro_kernel.records.recorder import Recorder
from rustro_kernel.session.live.credentials import Found
from rustro_kernel.session.live.gateway import LiveGateway
from rustro_kernel.session.live.pace import ExchangePace, Reading, find_pace
from rustro_kernel.session.live.paper_desk import PaperDesk
from rustro_kernel.session.live.planning import planned
from rustro_kernel.session.plans import LivePlan
from rustro_kernel.session.safe_engine import SafeEngine
from rustro_kernel.session.threaded import Threaded
from rustro_kernel.simulator.exchange import MarketClock, Server
from rustro_kernel.simulator.exchange.master_file import MASTER_PATH
from tests.session.waiting import until_blocking
from tests.simulator.exchange.make import ACCOUNT, DATE, exchange
from tests.simulator.exchange.running import Running

CREDENTIALS = Credentials(ACCOUNT.client, ACCOUNT.pin, ACCOUNT.api_key, ACCOUNT.totp_seed)


def fast_server(
    script: str = "", clock: str = "09:00:00", speed: float = 100.0, **habits
) -> Server:
    """An exchange whose market runs so many times as fast as the wall."""
    return Server(exchange(script, **habits), MarketClock(at(DATE, clock), speed))


def config(server: Server, folder: Path, **overrides: Any) -> Config:
    """A paper session's configuration that knows this exchange's addresses."""
    socket = server.url.replace("http", "ws")
    plain = {
        "mode": "paper",
        "broker.rest_url": server.url,
        "broker.stream_url": f"{socket}/smart-stream",
        "broker.order_stream_url": f"{socket}/smart-order-update",
        "broker.master_url": server.url + MASTER_PATH,
        "broker.master_min_rows": 1,
        "strategy.warmup_bars": 28,
        "state.dir": folder / "state",
    }
    return Config.load(**{**plain, **{k.replace("__", "."): v for k, v in overrides.items()}})


def pace_of(server: Server) -> ExchangePace:
    """The exchange's time, without asking over a socket."""
    return ExchangePace(server.url, Reading(server.clock.now_ns(), server.clock.speed))


def plan(server: Server, folder: Path, **overrides: Any) -> LivePlan:
    """A day of paper trading at this exchange, planned without a socket."""
    cfg = config(server, folder, **overrides)
    return planned(cfg, pace_of(server), Found(CREDENTIALS, "a test"))


def paper_desk(client, take, pace, *, of: LivePlan) -> PaperDesk:
    """The paper broker with the balance of the plan."""
    broker = PaperBroker(of.cfg.paper, paise(of.cfg.account.balance), of.rules.price_band)
    return PaperDesk(broker, pace, take, doors(of.rules))


@dataclass
class Hands:
    """Implements `parts.Intake`: keeps what is handed in."""

    bodies: list[Any] = field(default_factory=list)
    stamps: list[int] = field(default_factory=list)
    notes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    finish: Finish | None = None
    is_full = False
    is_idle = True
    batches = 0

    def take(self, body, ts_ns: int) -> None:
        self.bodies.append(body)
        self.stamps.append(ts_ns)

    def take_all(self, bodies, ts_ns: int) -> None:
        for body in bodies:
            self.take(body, ts_ns)

    def taken(self) -> None:
        self.batches += 1

    def note(self, kind: str, **values) -> None:
        self.notes.append((kind, values))

    def end(self, finish: Finish) -> None:
        self.finish = finish

    def of(self, kind: type) -> list[Any]:
        return [body for body in self.bodies if isinstance(body, kind)]

    def noted(self, kind: str) -> list[dict[str, Any]]:
        return [values for name, values in self.notes if name == kind]


class Desk:
    """Remembers what it is shown; no order matters here."""

    def __init__(self) -> None:
        self.ticks: list[tuple[Any, int]] = []
        self.instruments: list[Any] = []
        self.asked: list[Any] = []
        self.reasons: list[str] = []

    def place(self, order) -> None:
        self.asked.append(order)

    def modify(self, order) -> None:
        self.asked.append(("modify", order))

    def cancel(self, tag: str) -> None:
        self.asked.append(tag)

    def on_tick(self, tick, now_ns: int) -> None:
        self.ticks.append((tick, now_ns))

    def set_instruments(self, instruments) -> None:
        self.instruments = list(instruments)

    def take_over(self, left) -> None:
        self.asked.append(left)

    def report_positions(self) -> None:
        self.asked.append("positions")

    def renewed(self, reason: str) -> None:
        self.reasons.append(reason)

    async def run(self) -> None:
        await asyncio.Event().wait()


@asynccontextmanager
async def client_of(server: Server, pace):
    """A client of the exchange that sleeps by its clock."""
    async with connect(server.url, CREDENTIALS, pace, sleep=pace.sleep) as client:
        yield client


@asynccontextmanager
async def background(*work):
    """Coroutines that run until the block ends."""
    loop = asyncio.get_running_loop()
    tasks = [loop.create_task(each) for each in work]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class PaperSession:
    """A whole paper session on threads of its own: engine, crank, disk, gateway, paper desk.

    Its loop is that of the "notebook". Events are recorded in `folder`.
    """

    def __init__(self, running: Running, folder: Path, **overrides: Any) -> None:
        cfg = config(running.server, folder, **overrides)
        self.plan = planned(cfg, find_pace(cfg.broker), Found(CREDENTIALS, "a test"))
        self.folder = folder / "run"
        self.folder.mkdir()
        self.events: list[Any] = []
        self.views: list[Any] = []
        self.finish: Finish | None = None
        self.failures: list[BaseException] = []
        self._driver: Threaded | None = None
        self._thread = Thread(target=self._run, name="notebook", daemon=True)

    @property
    def view(self):
        return self.views[-1]

    def names(self) -> list[str]:
        """The names of the events so far."""
        return [event.type for event in tuple(self.events)]

    def said(self, name: str) -> list[Any]:
        """The payloads of these events, in order."""
        return [event.data for event in tuple(self.events) if event.type == name]

    def until(self, condition, timeout_s: float = 60.0) -> None:
        """Block until it holds, the session has ended or it takes too long."""
        until_blocking(lambda: self.failures or self.finish or condition(), timeout_s)
        assert not self.failures, self.failures
        assert condition(), f"the session ended before: {self.finish}"

    def command(self, name: str, **args: str) -> None:
        until_blocking(lambda: self._driver or self.failures)
        assert self._driver is not None, self.failures
        self._driver.command(Command(f"{name}-{len(self.events)}", name, args))

    def start(self) -> "PaperSession":
        self._thread.start()
        return self

    def join(self, timeout_s: float = 60.0) -> Finish:
        """The end of the day."""
        self._thread.join(timeout_s)
        assert not self._thread.is_alive(), "the session does not end"
        assert not self.failures, self.failures
        assert self.finish is not None
        return self.finish

    def _run(self) -> None:
        try:
            self.finish = asyncio.run(self._drive())
        except BaseException as exc:  # noqa: BLE001 - the test's thread looks at it
            self.failures.append(exc)

    async def _drive(self) -> Finish:
        recorder, health = Recorder(self.folder), HealthLog(self.folder)
        gateway = LiveGateway(self.plan, lambda *made: paper_desk(*made, of=self.plan))
        self._driver = Threaded(
            gateway,
            SafeEngine(Engine, Engine.restore),
            recorder,
            health,
            takeover_ms=250,
            tell=self.events.extend,
            publish=self.views.append,
        )
        try:
            return await self._driver.drive()
        finally:
            recorder.close()
            health.close()


@contextmanager
def paper_session(server: Server, folder: Path, **overrides: Any):
    """A running exchange and a started session; a stop is sent if the test leaves it running."""
    with Running(server) as running:
        session = PaperSession(running, folder, **overrides).start()
        try:
            yield session
        finally:
            if session.finish is None and not session.failures:
                session.command("stop", flatten="true")
                session._thread.join(30)
