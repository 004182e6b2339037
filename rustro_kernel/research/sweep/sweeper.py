"""One history kept warm, and any number of parameter sets over it."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from rustro_kernel.config import Config
from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.research import own_strategy
from rustro_kernel.research.backtest import Date, by_key, plan, played
from rustro_kernel.research.history import History
from rustro_kernel.research.plan import Plan, PlanOf
from rustro_kernel.research.result import Result
from rustro_kernel.research.sweep import by_engine, by_kernel
from rustro_kernel.research.sweep.expressed import unexpressed
from rustro_kernel.research.sweep.outcome import Outcome
from rustro_kernel.research.sweep.signals import Signals
from rustro_kernel.research.sweep.table import table
from rustro_kernel.research.sweep.tries import count_tries
from rustro_kernel.strategies.adx import AdxStrategy

Params = Mapping[str, object]
Numbered = tuple[int, Params]
"""A set with its place in the sweep."""
OWN_STRATEGY, OWN_BARS = "a strategy of one's own", "real bars of options"


@dataclass(frozen=True, slots=True)
class Sorted:
    """Sets by who plays them; failed ones have an outcome already."""

    compiled: list[by_kernel.Task]
    by_engine: list[tuple[by_kernel.Task, str]]
    failed: list[Outcome]


class Sweeper:
    """Plays parameter sets over one history; the first one prepares what all share.

    Args:
        data: As for `rk.backtest`; or a Plan, which says everything.
        strategy: As for `rk.backtest`.
        params: Settings of all sets, by dotted key.
        start: First date.
        end: Last date, included.
        profile: A packaged profile.
        config: A TOML file or a Config.
        option_bars: Real 1m bars of options; then the engine plays every set.

    Raises:
        BadUsage: If data, dates, settings or strategy cannot be used, in one sentence.
    """

    def __init__(
        self,
        data: object,
        strategy: object = None,
        params: Params | None = None,
        *,
        start: Date = None,
        end: Date = None,
        profile: str | None = None,
        config: str | Path | Config | None = None,
        option_bars: object = None,
    ) -> None:
        words = {"start": start, "end": end, "profile": profile, "config": config}
        if isinstance(data, PlanOf):
            self.plan = data
        else:
            self.plan = plan(data, strategy, params, option_bars=option_bars, **words)  # type: ignore[arg-type]
        self._lock, self._signals = threading.Lock(), None  # type: tuple[threading.Lock, Signals | None]

    @property
    def signals(self) -> Signals:
        """What sets share; made on first use."""
        with self._lock:
            if self._signals is None:
                self._signals = Signals(self.plan.history)
            return self._signals

    @property
    def is_compiled(self) -> bool:
        """Whether any set of this strategy and data can be played by compiled code."""
        return self.plan.strategy.kind is AdxStrategy and self.plan.history.option_bars is None

    def play(self, params: Params | None = None, *, keeps_trades: bool = False) -> Outcome:
        """One set, at once: what a slider calls. It counts as a try.

        Args:
            params: Values by dotted key on top of the configuration; None: as it is.
            keeps_trades: The outcome has its trades, not their figures alone.

        Raises:
            BadUsage: If the set cannot be played.
        """
        outcome = self.outcomes([(0, params or {})], keeps_trades=keeps_trades)[0]
        if outcome.failed:
            raise BadUsage(outcome.failed)
        count_tries(self.plan, [outcome])
        return outcome

    def table(self, sets: Iterable[Params]) -> pd.DataFrame:
        """Some sets as rows of `sweep.table`, played in this process."""
        wanted = list(sets)
        return table(wanted, self.outcomes(list(enumerate(wanted))))

    def exact(self, params: Params | None = None) -> Result:
        """The same set through the engine, with every event.

        Args:
            params: Values by dotted key on top of the configuration; None: as it is.
        """
        return played(self.planned(params or {}))

    def outcomes(
        self, sets: Sequence[Numbered], *, threads: int = 1, keeps_trades: bool = False
    ) -> list[Outcome]:
        """What came of some sets, in this process.

        Args:
            sets: Parameter sets with their numbers.
            threads: So many at once.
            keeps_trades: Each outcome has its trades, not their figures alone.
        """
        by_whom = self.sort(sets)
        found = list(by_whom.failed)
        if by_whom.compiled:
            found += by_kernel.play(
                self.signals, by_whom.compiled, threads=threads, keeps_trades=keeps_trades
            )
        found += [
            by_engine.whole(task.plan, task.place, why, keeps_trades=keeps_trades)
            for task, why in by_whom.by_engine
        ]
        return sorted(found, key=lambda outcome: outcome.place)

    def sort(self, sets: Sequence[Numbered]) -> Sorted:
        """Check each set and find who can play it.

        Args:
            sets: Parameter sets with their numbers.
        """
        found = Sorted([], [], [])
        for place, params in sets:
            try:
                task = by_kernel.Task(place, self.planned(params))
            except BadUsage as exc:
                found.failed.append(Outcome(place, failed=str(exc)))
                continue
            why = self._why_engine(task.plan)
            if why:
                found.by_engine.append((task, why))
            else:
                found.compiled.append(task)
        return found

    def _why_engine(self, plan: Plan) -> str:
        if plan.strategy.kind is not AdxStrategy:
            return OWN_STRATEGY
        return OWN_BARS if plan.history.option_bars else unexpressed(plan.cfg)

    def planned(self, params: Params) -> Plan:
        """A set as a checked plan.

        Args:
            params: Values by dotted key on top of the configuration.

        Raises:
            BadUsage: If it cannot be played.
        """
        if not params:
            return self.plan
        cfg = self.plan.cfg.changed(by_key(params))
        own_strategy.check(self.plan.strategy.kind, cfg)
        if cfg.strategy.name != self.plan.strategy.name:
            raise BadUsage("strategy.name: a sweep plays one strategy")
        History.load(self.plan.history, cfg)  # refuses what the history was not loaded for
        return replace(self.plan, cfg=cfg)
