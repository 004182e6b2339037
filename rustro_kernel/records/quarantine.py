"""Which recorded ticks the engine did not use, and by which rule.

Every tick is recorded in full, and the engine is exact: feeding it the inputs again gives the
verdict on each. So nothing beside the inputs has to be kept, and nothing can disagree with them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from rustro_kernel.domain.quality import DAY_OVER, NOT_WATCHED, Action, Gate, rules_of
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine.engine import Engine
from rustro_kernel.engine.inputs import Body, Input
from rustro_kernel.engine.turn import Turn
from rustro_kernel.own_strategies.chosen import stored
from rustro_kernel.records.input_log import whole_inputs

_USED = {rule.name for rule in rules_of(Gate.ENGINE) if rule.action is Action.KEPT}


class Quarantined(msgspec.Struct, frozen=True):
    """A tick that was not used, or not for bars. Prices in paise, times in ns."""

    input: int
    ts_ns: int
    exch_ts_ns: int
    instrument: str
    rule: str
    ltp_paise: int
    volume: int


class Account(msgspec.Struct, frozen=True):
    """The ticks of a run: `ticks == used + sum(quarantined.values())`."""

    ticks: int
    used: int
    quarantined: dict[str, int]


class Judge(Engine):
    """An engine that also says by which rule it quarantined the tick it was given last."""

    def verdict(self, given: Input) -> tuple[Turn, str]:
        """What an input causes, and the rule; empty for a tick that was used, and for no tick."""
        before, was_watched = self._flaws(given.body), self._is_watched(given.body)
        turn = self.apply(given)
        after = self._flaws(given.body)
        changed = (rule for rule in after if after[rule] != before.get(rule, 0))
        broken = next((rule for rule in changed if rule not in _USED), "")
        if broken or self._world is None or not isinstance(given.body, Tick):
            return turn, broken
        if self._world.state.stage == "CLOSED":
            return turn, DAY_OVER
        return turn, "" if was_watched or self._is_watched(given.body) else NOT_WATCHED

    def _flaws(self, tick: Body) -> dict[str, int]:
        """What was counted so far of the tick's instrument."""
        if self._world is None or not isinstance(tick, Tick):
            return {}
        book = self._world.state.books.get(tick.instrument)
        return dict(book.flaws) if book else {}

    def _is_watched(self, tick: Body) -> bool:
        if self._world is None or not isinstance(tick, Tick):
            return False
        return tick.instrument in self._world.state.watched


def quarantined(folder: Path) -> Iterator[Quarantined]:
    """The ticks of a run that were not used, in order; those a crash tore are left out."""
    return _picked(whole_inputs(folder), Judge(stored(folder)))


def account(folder: Path) -> Account:
    """How many ticks a run had, and what became of them."""
    ticks, rules = 0, Counter[str]()
    judge = Judge(stored(folder))
    for given in whole_inputs(folder):
        rule = judge.verdict(given)[1]
        ticks += isinstance(given.body, Tick)
        rules.update([rule] if rule else [])
    return Account(ticks, ticks - rules.total(), dict(sorted(rules.items())))


def _picked(inputs: Iterable[Input], judge: Judge) -> Iterator[Quarantined]:
    for given in inputs:
        rule, tick = judge.verdict(given)[1], given.body
        if rule and isinstance(tick, Tick):
            yield Quarantined(
                given.n, given.ts, tick.exch_ts, tick.instrument, rule, tick.ltp, tick.volume
            )
