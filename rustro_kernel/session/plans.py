"""A checked day that nothing was written for yet: simulated, or with the market's own data."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rustro_kernel.brokers.angelone.forms import Credentials
from rustro_kernel.config import Config
from rustro_kernel.domain.errors import BadConfig
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.domain.rules import DayRules
from rustro_kernel.engine.inputs import Body, Restarted, SessionStarted, StepDone
from rustro_kernel.own_strategies.chosen import Chosen, chosen, fits, from_source
from rustro_kernel.session.live.addresses import is_here
from rustro_kernel.session.sessions_book import Entry
from rustro_kernel.simulator.market import SimMarket
from rustro_kernel.strategies import Strategy

if TYPE_CHECKING:  # sim starts without what talks to a network
    from rustro_kernel.session.live.pace import Pace

BEFORE_OPEN = 15 * MINUTE


@dataclass(frozen=True, slots=True)
class SimPlan:
    """A simulated day."""

    cfg: Config
    rules: DayRules
    started: SessionStarted
    market: SimMarket
    strategy: Chosen

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


@dataclass(frozen=True, slots=True)
class LivePlan:
    """A day of paper or live trading, by the market's clock.

    `source` says where the credentials were kept; `left` is an unfinished session of today that
    goes on, `ignored` names the settings that were changed since it began, and `restarted` is what
    its engine is told first.
    """

    cfg: Config
    rules: DayRules
    started: SessionStarted
    pace: "Pace"
    credentials: Credentials
    source: str
    strategy: Chosen
    left: Entry | None = None
    ignored: tuple[str, ...] = ()
    restarted: Restarted | None = None

    @property
    def session_id(self) -> str:
        """The session's name. The mode is part of it, and so of every order's key and tag."""
        return self.started.session_id

    @property
    def folder(self) -> Path | None:
        """Where the session that goes on is recorded."""
        return Path(self.left.folder) if self.left else None

    @property
    def entry(self) -> Entry:
        """The session as the account's book keeps it."""
        simulated = is_here(self.cfg.broker.rest_url)
        return Entry(self.session_id, self.cfg.mode, self.rules.date, simulated)

    @property
    def first_inputs(self) -> tuple[Body, ...]:
        """What the engine is told before anything was asked of the broker."""
        if self.restarted is not None:
            return (self.restarted,)
        return self.started, StepDone("log"), StepDone("storage")


Plan = SimPlan | LivePlan


def strategy_of(cfg: Config, strategy: type[Strategy] | None = None) -> tuple[Config, Chosen]:
    """What decides, and the configuration with its name.

    A class that somebody typed is made anew from its text: a later cell cannot change it.

    Raises:
        BadConfig: If there is no such strategy, or it does not take its parameters.
        BadUsage: If the class cannot stand alone.
    """
    if strategy is not None:
        found = from_source(strategy)
    else:
        found = chosen(None, cfg.strategy.name, cfg.strategy.file)
    fits(found.kind, cfg.strategy)
    promoted = cfg.strategy.promotion_source
    if promoted and found.is_own and found.source_hash != promoted:
        raise BadConfig("strategy.promoted", f"{found.name} was changed after it was promoted")
    named = cfg.strategy.model_copy(update={"name": found.name})
    return cfg.model_copy(update={"strategy": named}), found
