"""Builds everything a session is made of from its configuration, by hand, in this one place."""

import hashlib
from collections.abc import Callable, Sequence
from functools import partial

import msgspec

from rustro_kernel.alerts.opening import wanted
from rustro_kernel.brokers.paper import PaperBroker
from rustro_kernel.brokers.paper.doors import doors
from rustro_kernel.config import Config
from rustro_kernel.domain.errors import BadConfig
from rustro_kernel.domain.money import paise
from rustro_kernel.domain.rules import DayRules
from rustro_kernel.engine.engine import Engine
from rustro_kernel.engine.inputs import SessionStarted
from rustro_kernel.engine.turn import Event
from rustro_kernel.engine.view import View
from rustro_kernel.market_rules import MarketRules
from rustro_kernel.own_strategies.chosen import Chosen
from rustro_kernel.records.resume import resumed
from rustro_kernel.session import run as runs
from rustro_kernel.session.bar_keeping import run_bars
from rustro_kernel.session.driver import Driver
from rustro_kernel.session.emergency import EmergencyStop, refuse_if_present
from rustro_kernel.session.inbox import Inbox
from rustro_kernel.session.lock import SessionLock
from rustro_kernel.session.paced_clock import PacedClock
from rustro_kernel.session.paced_gateway import PacedGateway
from rustro_kernel.session.parts import Gateway
from rustro_kernel.session.plans import LivePlan, Plan, SimPlan, strategy_of
from rustro_kernel.session.restart import SNAPSHOT_NS, after_crash, enter
from rustro_kernel.session.run import Run, free_folder
from rustro_kernel.session.safe_engine import SafeEngine
from rustro_kernel.session.simulated import SimulatedWorld
from rustro_kernel.session.sliced import Sliced
from rustro_kernel.session.synchronous import Synchronous
from rustro_kernel.session.threaded import Threaded
from rustro_kernel.simulator.configured import configured
from rustro_kernel.simulator.market import SimMarket
from rustro_kernel.strategies import Strategy

Tell = Callable[[Sequence[Event]], None]
Publish = Callable[[View], None]


def plan(cfg: Config, strategy: type[Strategy] | None = None) -> Plan:
    """Check the configuration, the date and the data; touches nothing, may block.

    Args:
        cfg: The configuration.
        strategy: A class that decides instead of what the configuration names; not in live.

    Raises:
        BadUsage: If the configuration, the date or the data cannot be used.
        Refused: If the mode cannot run here.
    """
    wanted(cfg)
    if cfg.mode == "sim":
        refuse_if_present(cfg.state.dir)
        return plan_sim(cfg, strategy)
    from rustro_kernel.session.live.planning import plan_live  # sim starts without a network

    planned = plan_live(cfg, strategy)
    if planned.left is None:  # one that goes on must: it takes the file at once, and closes all
        refuse_if_present(cfg.state.dir)
    return planned


def plan_sim(cfg: Config, strategy: type[Strategy] | None = None) -> SimPlan:
    """The same, of a simulated day."""
    cfg, found = strategy_of(cfg, strategy)
    if len(cfg.market.underlyings) > 1:
        raise BadConfig("market.underlyings", "the simulated market plays one underlying a day")
    calendar = MarketRules.load(cfg.rules.override)
    rules = calendar.day(cfg.sim.date, cfg.market.underlyings)
    market = configured(cfg, calendar)
    return SimPlan(cfg, rules, _started(cfg, rules, market, found), market, found)


def open_run(planned: Plan) -> Run:
    """Take the lock, then make the run folder.

    Raises:
        Refused: If another session has the account and state folder, or took this one's number.
        BadConfig: If the run folder is in use.
    """
    cfg = planned.cfg
    left = planned.folder if isinstance(planned, LivePlan) else None
    folder = left or free_folder(cfg.run.out, planned.session_id)
    lock = SessionLock(cfg.state.dir, cfg.account.id, planned.session_id)
    try:
        if isinstance(planned, LivePlan):
            enter(planned, folder)
        bars = run_bars(cfg, planned.rules)
    except BaseException:
        lock.release()
        raise
    own = planned.strategy.source if planned.strategy.is_own else ""
    return runs.open_run(folder, lock, cfg.dump_toml(), bars, strategy=own)


def driver(planned: Plan, run: Run, tell: Tell, publish: Publish) -> Driver:
    """Engine, world and whatever drives them, ready to go."""
    if isinstance(planned, LivePlan):
        return _live(planned, run, tell, publish)
    if planned.cfg.sim.speed == "max":
        stop = EmergencyStop(planned.cfg.state.dir)
        return Sliced(synchronous(planned, run, tell), publish, stop)
    return _threaded(planned, paced(planned, planned.cfg.sim.speed), run, tell, publish)


def paced(planned: SimPlan, speed: float) -> PacedGateway:
    """The simulated world at so many times the market's pace, begun."""
    played = world(planned)
    played.begin(planned.start_ns, planned.first_inputs)
    return PacedGateway(played, PacedClock(planned.start_ns, speed))


def gateway(planned: LivePlan) -> Gateway:
    """The market's own data, and where orders go.

    This is the only place that makes a desk at the broker or a client that may order, and only
    for a live session (beside the supervisor's, which sells what one left); a test reads the whole
    tree for it.
    """
    from rustro_kernel.session.live.broker_desk import BrokerDesk
    from rustro_kernel.session.live.doctor import examination
    from rustro_kernel.session.live.feed_settings import stream_settings
    from rustro_kernel.session.live.gateway import LiveGateway
    from rustro_kernel.session.live.paper_desk import PaperDesk

    cfg, rules = planned.cfg, planned.rules
    if cfg.mode == "live":
        return LiveGateway(
            planned,
            lambda client, take, pace: BrokerDesk(
                client,
                cfg.broker.order_stream_url,
                planned.credentials.api_key,
                pace,
                take,
                stream=stream_settings(cfg.stream, pace.speed),
            ),
            may_order=True,
            examine=examination(planned),
        )
    paper = PaperBroker(cfg.paper, paise(cfg.account.balance), rules.price_band)
    return LiveGateway(planned, lambda _, take, pace: PaperDesk(paper, pace, take, doors(rules)))


def synchronous(planned: SimPlan, run: Run, tell: Tell | None = None) -> Synchronous:
    """The driver at full speed, started."""
    made = Synchronous(world(planned), engine(planned), run.recorder, tell)
    made.start(planned.start_ns, planned.first_inputs)
    return made


def engine(planned: Plan, state: bytes | None = None) -> SafeEngine:
    """An engine that has seen nothing, or one in this state."""
    return SafeEngine(*_makers(planned), state=state)


def _makers(planned: Plan) -> tuple[Callable[[], Engine], Callable[[bytes], Engine]]:
    """How engines are made: fresh, and from a snapshot."""
    known = planned.strategy.all
    return partial(Engine, known), partial(Engine.restore, strategies=known)


def world(planned: SimPlan) -> SimulatedWorld:
    """The simulated market and the paper broker."""
    cfg, rules, market = planned.cfg, planned.rules, planned.market
    broker = PaperBroker(cfg.paper, paise(cfg.account.balance), rules.price_band)
    first_ns = min(rules.index_legs[0].open_ns, rules.derivative_legs[0].open_ns)
    return SimulatedWorld(market, broker, first_ns, market.notices(), doors(rules))


def _live(planned: LivePlan, run: Run, tell: Tell, publish: Publish) -> Threaded:
    """A session of today: new, or one that goes on where its process ended."""
    state, inbox = None, Inbox()
    if planned.left is not None:
        state = resumed(run.folder, run.recorder, *_makers(planned))
        planned, inbox = after_crash(planned, run.recorder)
    return Threaded(
        gateway(planned),
        engine(planned, state),
        run.recorder,
        run.health,
        takeover_ms=planned.cfg.guard.takeover_ms,
        tell=tell,
        publish=publish,
        inbox=inbox,
        snapshot_ns=SNAPSHOT_NS,
        states_stalls=True,
        emergency=EmergencyStop(planned.cfg.state.dir),
    )


def _threaded(planned: Plan, gateway: Gateway, run: Run, tell: Tell, publish: Publish) -> Threaded:
    return Threaded(
        gateway,
        engine(planned),
        run.recorder,
        run.health,
        takeover_ms=planned.cfg.guard.takeover_ms,
        tell=tell,
        publish=publish,
        emergency=EmergencyStop(planned.cfg.state.dir),
    )


def _started(cfg: Config, rules: DayRules, market: SimMarket, strategy: Chosen) -> SessionStarted:
    return SessionStarted(
        session_id=_sim_id(cfg, rules, market, strategy),
        mode=cfg.mode,
        account=cfg.account.id,
        rules=rules,
        settings=cfg.engine().model_dump(mode="json"),
        config_hash=cfg.hash(),
        strategy=strategy.name,
        strategy_hash=strategy.source_hash,
        promotion=cfg.strategy.promotion,
        balance_paise=paise(cfg.account.balance),
        data=market.identity,
        synthetic=market.synthetic,
    )


def _sim_id(cfg: Config, rules: DayRules, market: SimMarket, strategy: Chosen) -> str:
    """The same for the same day: from configuration, rules and data, no counter and no clock."""
    data = " ".join((market.identity, *market.synthetic))
    facts = cfg.hash().encode() + data.encode() + msgspec.json.encode(rules)
    if strategy.is_own:
        facts += strategy.source_hash.encode()
    short = hashlib.sha256(facts).hexdigest()[:8]
    return f"{rules.date}-{cfg.mode}-{cfg.account.id}-{short}"
