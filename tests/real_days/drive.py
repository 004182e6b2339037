"""Plays whole days through the session's own parts, in memory, and keeps what came of them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rustro_kernel.brokers.paper import PaperBroker
from rustro_kernel.brokers.paper.doors import doors
from rustro_kernel.config import Config
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.money import paise
from rustro_kernel.domain.rules import DayRules
from rustro_kernel.engine.effects import Finish
from rustro_kernel.engine.inputs import Input
from rustro_kernel.engine.turn import Event
from rustro_kernel.session import composition
from rustro_kernel.session.simulated import SimulatedWorld
from rustro_kernel.session.synchronous import Synchronous


@dataclass(frozen=True, slots=True)
class Day:
    """What came of a day; `paid_paise` is how much the broker's cash changed, before charges."""

    date: dt.date
    rules: DayRules
    config: Config
    events: list[Event]
    finish: Finish
    paid_paise: int
    held: dict[InstrumentKey, int]

    def said(self, *names: str) -> list[Any]:
        """The payloads of these events."""
        return [event.data for event in self.events if event.type in names]

    def of(self, *names: str) -> list[Any]:
        """These events."""
        return [event for event in self.events if event.type in names]


@dataclass(slots=True)
class Memory:
    """A recorder that keeps events and writes nothing."""

    events: list[Event] = field(default_factory=list)
    durable_state: int = 0

    def take(self, item: Input) -> None:
        pass

    def take_all(self, items: Sequence[Input]) -> None:
        pass

    def state(self, n: int, events: Sequence[Event]) -> None:
        self.events.extend(events)
        self.durable_state = n

    def flush(self) -> None:
        pass

    sync = commit = flush


def play(date: dt.date | str, data: Path | None, *, profile: str | None = None, **keys: Any) -> Day:
    """One day from a bar file (None: generated) under a profile and dotted keys."""
    source = {} if data is None else {"sim.data": str(data)}
    config = Config.load(None, profile=profile, **{"sim.date": str(date), **source, **keys})
    planned = composition.plan_sim(config)
    balance = paise(config.account.balance)
    broker = PaperBroker(config.paper, balance, planned.rules.price_band)
    legs = planned.rules.index_legs, planned.rules.derivative_legs
    first_ns = min(each[0].open_ns for each in legs)
    market = planned.market
    world = SimulatedWorld(market, broker, first_ns, market.notices(), doors(planned.rules))
    memory = Memory()
    driver = Synchronous(world, composition.engine(planned), memory)
    driver.start(planned.start_ns, planned.first_inputs)
    finish = driver.run()
    paid = broker.cash_paise - balance
    return Day(config.sim.date, planned.rules, config, memory.events, finish, paid, broker.units)
