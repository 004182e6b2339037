"""Builds everything a session is made of from its configuration, by hand, in this one place."""

import hashlib
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from rustro_kernel.brokers.paper import PaperBroker
from rustro_kernel.config import Config
from rustro_kernel.domain.errors import BadConfig, LiveRefused, Refused
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.domain.money import paise
from rustro_kernel.domain.rules import DayRules
from rustro_kernel.engine.engine import Engine
from rustro_kernel.engine.inputs import Body, SessionStarted, StepDone
from rustro_kernel.engine.turn import Event
from rustro_kernel.engine.view import View
from rustro_kernel.market_rules import MarketRules
from rustro_kernel.session import run as runs
from rustro_kernel.session.doors import doors
from rustro_kernel.session.driver import Driver
from rustro_kernel.session.lock import SessionLock
from rustro_kernel.session.paced_clock import PacedClock
from rustro_kernel.session.paced_gateway import PacedGateway
from rustro_kernel.session.run import Run, free_folder
from rustro_kernel.session.safe_engine import SafeEngine
from rustro_kernel.session.simulated import SimulatedWorld
from rustro_kernel.session.sliced import Sliced
from rustro_kernel.session.synchronous import Synchronous
from rustro_kernel.session.threaded import Threaded
from rustro_kernel.simulator.configured import configured
from rustro_kernel.simulator.market import SimMarket
from rustro_kernel.strategies import STRATEGIES

BEFORE_OPEN = 15 * MINUTE

Tell = Callable[[Sequence[Event]], None]
Publish = Callable[[View], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """A checked day that nothing was written for yet."""

    cfg: Config
    rules: DayRules
    market: SimMarket
    started: SessionStarted

    @property
    def session_id(self) -> str:
        """The session's name."""
        return self.started.session_id

    @property
    def start_ns(self) -> int:
        """When the simulated day begins."""
        return self.rules.derivative_legs[0].open_ns - BEFORE_OPEN

    @property
    def first_inputs(self) -> tuple[Body, ...]:
        """What the engine is told before anything else."""
        steps = StepDone("log"), StepDone("storage"), StepDone("broker", "paper")
        return self.started, *steps


def plan(cfg: Config) -> Plan:
    """Check the configuration, the date and the data; touches nothing.

    Raises:
        BadUsage: If the configuration, the date or the data cannot be used.
        Refused: If the mode cannot run here.
    """
    if cfg.mode == "live":
        raise LiveRefused("this version has no connection to a broker yet")
    if cfg.mode == "paper":
        raise Refused("paper mode refused: this version has no live market data yet; use sim")
    if len(cfg.market.underlyings) > 1:
        raise BadConfig("market.underlyings", "the simulated market plays one underlying a day")
    calendar = MarketRules.load(cfg.rules.override)
    rules = calendar.day(cfg.sim.date, cfg.market.underlyings)
    market = configured(cfg, calendar)
    return Plan(cfg, rules, market, _started(cfg, rules, market))


def open_run(planned: Plan) -> Run:
    """Take the lock, then make the run folder.

    Raises:
        AlreadyRunning: If another session has the account and state folder.
        BadConfig: If the run folder is in use.
    """
    cfg = planned.cfg
    folder = free_folder(cfg.run.out, planned.session_id)
    lock = SessionLock(cfg.state.dir, cfg.account.id, planned.session_id)
    return runs.open_run(folder, lock, cfg.dump_toml())


def driver(planned: Plan, run: Run, tell: Tell, publish: Publish) -> Driver:
    """Engine, world and whatever drives them, ready to go."""
    if planned.cfg.sim.speed == "max":
        return Sliced(synchronous(planned, run, tell), publish)
    return threaded(planned, run, planned.cfg.sim.speed, tell, publish)


def threaded(planned: Plan, run: Run, speed: float, tell: Tell, publish: Publish) -> Threaded:
    """The driver at so many times the market's pace, started."""
    played = world(planned)
    played.begin(planned.start_ns, planned.first_inputs)
    return Threaded(
        PacedGateway(played, PacedClock(planned.start_ns, speed)),
        engine(),
        run.recorder,
        run.health,
        takeover_ms=planned.cfg.guard.takeover_ms,
        tell=tell,
        publish=publish,
    )


def synchronous(planned: Plan, run: Run, tell: Tell | None = None) -> Synchronous:
    """The driver at full speed, started."""
    made = Synchronous(world(planned), engine(), run.recorder, tell)
    made.start(planned.start_ns, planned.first_inputs)
    return made


def engine() -> SafeEngine:
    """An engine that has seen nothing."""
    return SafeEngine(Engine, Engine.restore)


def world(planned: Plan) -> SimulatedWorld:
    """The simulated market and the paper broker."""
    cfg, rules, market = planned.cfg, planned.rules, planned.market
    broker = PaperBroker(cfg.paper, paise(cfg.account.balance), rules.price_band)
    first_ns = min(rules.index_legs[0].open_ns, rules.derivative_legs[0].open_ns)
    return SimulatedWorld(market, broker, first_ns, market.notices(), doors(rules))


def _started(cfg: Config, rules: DayRules, market: SimMarket) -> SessionStarted:
    return SessionStarted(
        session_id=_sim_id(cfg, rules, market),
        mode=cfg.mode,
        account=cfg.account.id,
        rules=rules,
        settings=cfg.engine().model_dump(mode="json"),
        config_hash=cfg.hash(),
        strategy=cfg.strategy.name,
        strategy_hash=_source_hash(cfg.strategy.name),
        balance_paise=paise(cfg.account.balance),
        data=market.identity,
        synthetic=market.synthetic,
    )


def _sim_id(cfg: Config, rules: DayRules, market: SimMarket) -> str:
    """The same for the same day: from configuration, rules and data, no counter and no clock."""
    data = " ".join((market.identity, *market.synthetic))
    facts = cfg.hash().encode() + data.encode() + msgspec.json.encode(rules)
    short = hashlib.sha256(facts).hexdigest()[:8]
    return f"{rules.date}-{cfg.mode}-{cfg.account.id}-{short}"


def _source_hash(name: str) -> str:
    """Of the module the strategy decides by."""
    if name not in STRATEGIES:
        raise BadConfig("strategy.name", f"{name!r} is not one of {', '.join(sorted(STRATEGIES))}")
    source = inspect.getsource(inspect.getmodule(STRATEGIES[name]) or STRATEGIES[name])
    return hashlib.sha256(source.encode()).hexdigest()
