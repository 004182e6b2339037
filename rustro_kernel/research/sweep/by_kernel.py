"""Sets that compiled code plays: a block of them at a time, on several threads."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from rustro_kernel.config import Config
from rustro_kernel.research.plan import Plan
from rustro_kernel.research.sweep import day
from rustro_kernel.research.sweep.by_engine import count
from rustro_kernel.research.sweep.expressed import row
from rustro_kernel.research.sweep.layout import (
    CURVE,
    SET,
    SIGNALS,
    TOTAL,
    TRADE,
    WORK,
    Columns,
    Ints,
    Rows,
)
from rustro_kernel.research.sweep.outcome import Outcome
from rustro_kernel.research.sweep.quotes import SLOTS
from rustro_kernel.research.sweep.signals import Signals, Wanted


@dataclass(frozen=True, slots=True)
class Task:
    """One set to play: its place in the sweep, its settings, and what the engine would play."""

    place: int
    plan: Plan


def play(
    signals: Signals, tasks: Sequence[Task], *, threads: int = 1, keeps_trades: bool = False
) -> list[Outcome]:
    """Play sets that can be expressed; all have the days of the first."""
    columns, keys = signals.columns([Wanted.of(task.plan.cfg) for task in tasks])
    numbers = np.array(tasks[0].plan.numbers, dtype=np.int64)
    sets = np.zeros(len(tasks), SET)
    for at, (task, key) in enumerate(zip(tasks, keys, strict=True)):
        sets[at] = row(task.plan.cfg, key)
    parts = [part for part in np.array_split(np.arange(len(tasks)), threads) if len(part)]
    blocks = [
        _Block(
            signals.days,
            columns,
            [tasks[at] for at in part],
            sets[part],
            numbers,
            keeps_trades=keeps_trades,
        )
        for part in parts
    ]
    if len(blocks) == 1:
        return blocks[0].outcomes()
    with ThreadPoolExecutor(len(blocks)) as pool:
        found = list(pool.map(_Block.outcomes, blocks))
    return [outcome for part in found for outcome in part]


class _Block:
    """Sets that one thread plays together, so that they share the quotes of a day."""

    def __init__(
        self,
        days: Rows,
        columns: Columns,
        tasks: list[Task],
        sets: Rows,
        numbers: Ints,
        *,
        keeps_trades: bool,
    ) -> None:
        self._days, self._columns, self._tasks, self._sets = days, columns, tasks, sets
        self._numbers, count = numbers, len(tasks)
        self._at, self._balances = np.zeros(count, np.int64), sets["balance"].copy()
        self._nets = np.zeros((count, len(numbers)), np.int64)
        self._totals = np.zeros(count, TOTAL)
        room = count * len(numbers) * SIGNALS if keeps_trades else 0
        self._trades, self._found = np.zeros(room, TRADE), list[Rows]()

    def outcomes(self) -> list[Outcome]:
        """Play on until every set is at its end; where a set needs the engine it gets it."""
        curves, states, today = np.zeros(SLOTS, CURVE), np.zeros(1, WORK), np.zeros(1, TOTAL)
        while True:
            count = day.play(
                *(self._days, self._columns, self._sets, self._numbers, self._at),
                *(self._balances, self._nets, self._totals, self._trades),
                *(curves, states, today),
            )
            self._found.append(self._trades[:count].copy())
            waiting = np.flatnonzero(self._at < len(self._numbers))
            if not len(waiting):
                return self._made()
            for at in waiting:
                self._ask_engine(int(at))

    def _ask_engine(self, at: int) -> None:
        """One day of one set."""
        plan, place = self._tasks[at].plan, self._at[at]
        outcome = plan.play(int(self._numbers[place]), int(self._balances[at]))
        self._totals[at]["exact_days"] += 1
        self._found.append(count(self._totals[at], plan, outcome, at))
        self._nets[at, place] = outcome.net_paise
        self._balances[at] = plan.left(outcome.balance_paise, outcome)
        self._at[at] += 1

    def _made(self) -> list[Outcome]:
        trades = np.concatenate(self._found)
        found = []
        for at, task in enumerate(self._tasks):
            mine = trades[trades["set"] == at] if len(trades) else trades
            mine = np.sort(mine, order="exit_ns")
            mine["set"] = task.place
            first = int(self._sets[at]["balance"])
            found.append(
                Outcome(
                    task.place,
                    first,
                    self._totals[at],
                    self._nets[at],
                    config_hash=task.plan.config_hash,
                    trades=mine,
                )
            )
        return found


def task(base: Plan, cfg: Config, place: int) -> Task:
    """A set of a sweep with its own settings."""
    return Task(place, replace(base, cfg=cfg))
