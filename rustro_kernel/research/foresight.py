"""Does a strategy know what it cannot know? Days are played again on data that end inside them.

At a moment t the data are cut, everything is made anew from what is left, and the day is played
again with a strategy made anew from its text. Whatever was decided up to t has to be the same. If
it is not, something that was decided used what came after.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

import msgspec
import numpy as np
import pandas as pd

from rustro_kernel.config import Config
from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.engine.events.strategy import EntryEvaluated
from rustro_kernel.engine.turn import Event
from rustro_kernel.own_strategies.chosen import Chosen, chosen, of
from rustro_kernel.own_strategies.file import anew, text_to_save
from rustro_kernel.records.pick import said
from rustro_kernel.research.decisions import Parting, decisions, parting
from rustro_kernel.research.history import History
from rustro_kernel.research.plan import DayOutcome, Plan
from rustro_kernel.strategies import Strategy

Make = Callable[[pd.DataFrame], object]
"""Makes a strategy from the bars it may know."""
KEPT_DAYS = 210
"""Days before the one that is cut: as many as any window looks back on."""


class Leak(msgspec.Struct, frozen=True):
    """At a cut, the first decision that differs: `first` with the whole data, `second` without."""

    cut_ns: int
    parting: Parting

    def __str__(self) -> str:
        return f"with the data cut {self.parting}"


class Known:
    """The strategy of a check, made anew for each play: from its text, or from the bars."""

    def __init__(self, chosen: Chosen | None, make: Make | None) -> None:
        self._chosen, self._make = chosen, make

    @classmethod
    def of(cls, strategy: object, cfg: Config) -> "Known":
        """A strategy as `backtest` takes it, or a function that makes one from bars."""
        if callable(strategy) and not isinstance(strategy, type):
            return cls(None, strategy)
        return cls(chosen(strategy, cfg.strategy.name, cfg.strategy.file), None)

    def as_it_is(self, history: History) -> Chosen:
        """With everything the class has kept since it was typed.

        Raises:
            BadUsage: If the function made something else.
        """
        if self._chosen is not None:
            return self._chosen
        assert self._make is not None
        kind = self._make(history.frame())
        if not (isinstance(kind, type) and issubclass(kind, Strategy)):
            raise BadUsage(f"the function makes a subclass of rk.Strategy from bars, got {kind!r}")
        return of(kind)

    def on(self, history: History) -> Chosen:
        """One that knows this history and remembers nothing; as it is if it cannot stand alone."""
        found = self.as_it_is(history)
        if self._make is not None or not found.is_own or self.surroundings:
            return found
        kind = anew(text_to_save(found.kind), found.name)
        return Chosen(kind, found.source, {**found.all, kind.name: kind})

    @cached_property
    def surroundings(self) -> str:
        """What it uses and cannot be cut with the data; empty if it stands alone."""
        if self._chosen is None or not self._chosen.is_own:
            return ""
        try:
            text_to_save(self._chosen.kind)
        except BadUsage as exc:
            return str(exc)
        return ""


def cuts(plan: Plan, count: int, seed: int, days: Iterable[DayOutcome]) -> list[tuple[int, int]]:
    """Days by number, each with a moment in it: half of them at minutes that asked for an entry.

    There a strategy has just used whatever it knows; the others are anywhere in the day.
    """
    rng = np.random.default_rng(seed)
    asked = [
        (day.number, fact.at_ns)
        for day in days
        for fact in said(day.events, EntryEvaluated)
        if fact.trigger
    ]
    picked = rng.permutation(len(asked))[: count // 2]
    found = [asked[place] for place in picked.tolist()]
    while len(found) < count:
        number = int(rng.choice(np.array(plan.numbers)))
        course = plan.history.day(number).course
        row = int(rng.integers(1, len(course)))
        found.append((number, course.first_ns + row * MINUTE))
    return found


def leaks(plan: Plan, known: Known, at: Sequence[tuple[int, int]]) -> list[Leak]:
    """The cuts at which a decision differs, each with the first one."""
    found = []
    for number, cut_ns in at:
        history = plan.history.until(number, cut_ns, KEPT_DAYS)
        full = played(plan, plan.history, known.on(plan.history), number)
        short = played(plan, history, known.on(history), len(history) - 1)
        pair = [decisions(_up_to(events, cut_ns)) for events in (full, short)]
        differs = parting(*pair)
        if differs is not None:
            found.append(Leak(cut_ns, differs))
    return found


def played(plan: Plan, history: History, strategy: Chosen, number: int) -> Sequence[Event]:
    """A day on a history, with the first balance and every minute stated."""
    made = Plan(plan.cfg, history, strategy, (number,))
    return made.play(number, made.first_balance_paise, is_full=True).events


def _up_to(events: Sequence[Event], cut_ns: int) -> list[Event]:
    return [event for event in events if event.ts <= cut_ns]
