"""What a backtest is: data, strategy, settings, days; and how one of its days is played."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeGuard, TypeVar

from rustro_kernel.config import Config
from rustro_kernel.domain.money import paise
from rustro_kernel.domain.settings import EngineSettings
from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.engine.events.system import StrategyFailed
from rustro_kernel.engine.inputs import BACKTEST, SessionStarted
from rustro_kernel.engine.turn import Event
from rustro_kernel.records.pick import said
from rustro_kernel.research.history import History
from rustro_kernel.research.minutes import DayDriver
from rustro_kernel.research.own_strategy import Chosen
from rustro_kernel.research.recorded_days import RecordedDay, RecordedDays, TickDriver

Days = TypeVar("Days", bound=History | RecordedDays)


@dataclass(frozen=True, slots=True)
class DayOutcome:
    """What came of one day. Money in paise; `failed` says what the strategy raised."""

    number: int
    date: dt.date
    events: Sequence[Event]
    exit_code: int
    balance_paise: int  # before the day
    net_paise: int  # of its trades
    failed: str = ""

    @property
    def trades(self) -> Sequence[PositionClosed]:
        """What was closed, in order."""
        return said(self.events, PositionClosed)


@dataclass(frozen=True)
class PlanOf(Generic[Days]):
    """A checked backtest: nothing of it has run."""

    cfg: Config
    history: Days
    strategy: Chosen
    numbers: Sequence[int]

    @cached_property
    def engine(self) -> EngineSettings:
        """The engine's sections."""
        return self.cfg.engine()

    @cached_property
    def settings(self) -> dict[str, dict[str, object]]:
        """The same as every day's session is told them."""
        return self.engine.model_dump(mode="json")

    @cached_property
    def config_hash(self) -> str:
        """Of everything that decides."""
        return self.cfg.hash()

    @cached_property
    def identity(self) -> str:
        """What decides the outcome, in one hash: settings, data, strategy."""
        parts = (self.config_hash, self.history.identity, self.strategy.source_hash)
        return hashlib.sha256(" ".join((*parts, *self.history.synthetic)).encode()).hexdigest()

    @property
    def dates(self) -> list[dt.date]:
        """The days to play."""
        every = self.history.dates
        return [every[number] for number in self.numbers]

    @property
    def first_balance_paise(self) -> int:
        """Before the first day."""
        balance: int = paise(self.cfg.account.balance)
        return balance

    def left(self, balance_paise: int, day: DayOutcome) -> int:
        """What the next day begins with, after one that began with this."""
        if not self.cfg.account.compound:
            return self.first_balance_paise
        return max(0, balance_paise + day.net_paise)

    def started(self, number: int, balance_paise: int) -> SessionStarted:
        """The first input of a day's session."""
        cfg, day = self.cfg, self.history.day(number)
        return SessionStarted(
            session_id=f"{day.date}-{BACKTEST}-{cfg.account.id}-{self.identity[:8]}",
            mode=day.mode if isinstance(day, RecordedDay) else BACKTEST,
            account=cfg.account.id,
            rules=day.rules,
            settings=self.settings,
            config_hash=self.config_hash,
            strategy=self.strategy.name,
            strategy_hash=self.strategy.source_hash,
            promotion=self.cfg.strategy.promotion,
            balance_paise=balance_paise,
            data=self.history.identity,
            synthetic=self.history.synthetic,
        )

    def play(self, number: int, balance_paise: int, *, is_full: bool = False) -> DayOutcome:
        """One day from its windows to its end."""
        started, date = self.started(number, balance_paise), self.history.day(number).date
        driver = self._driver(number, started, is_full=is_full)
        finish = driver.run()
        events = driver.events
        net = sum(trade.net_paise for trade in said(events, PositionClosed))
        failed = next((f"{f.question}: {f.error}" for f in said(events, StrategyFailed)), "")
        return DayOutcome(number, date, events, finish.exit_code, balance_paise, net, failed)

    def _driver(
        self, number: int, started: SessionStarted, *, is_full: bool
    ) -> DayDriver | TickDriver:
        """What tells the engine the day: its minutes, or what was recorded of it."""
        history, strategies = self.history, self.strategy.all
        if isinstance(history, RecordedDays):
            return TickDriver(history.day(number), started, strategies, self.cfg.paper)
        day = history.day(number)
        return DayDriver(
            history, day, started, strategies, self.engine, self.cfg.paper, is_full=is_full
        )


Plan = PlanOf[History]
AnyPlan = Plan | PlanOf[RecordedDays]


def is_of_bars(plan: AnyPlan) -> TypeGuard[Plan]:
    """Whether it plays bars, which hold every minute."""
    return isinstance(plan.history, History)
