"""Many sets of parameters over the same days: what each of them earned, day by day."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from rustro_kernel.domain.errors import BadUsage, RustroError
from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.records.pick import said
from rustro_kernel.research import ratios
from rustro_kernel.research.daily import Daily, daily
from rustro_kernel.research.own_strategy import check
from rustro_kernel.research.plan import Plan
from rustro_kernel.research.ratios import Floats
from rustro_kernel.research.trials import TrialBook, trial

Params = Mapping[str, object]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class SetRun:
    """One set over all days. `failed` says what went wrong; then there is no `daily`."""

    params: Params
    plan: Plan | None = None
    daily: Daily | None = None
    failed: str = ""

    @property
    def returns(self) -> Floats:
        """Of each day."""
        assert self.daily is not None
        return self.daily.returns


def expanded(grid: Mapping[str, Iterable[object]] | Sequence[Params]) -> list[Params]:
    """Every set of a grid, the last key running fastest; a list of sets as it is.

    Raises:
        BadUsage: If there is no set in it.
    """
    if not isinstance(grid, Mapping):
        sets = [dict(one) for one in grid]
    else:
        axes = {key: _axis(key, values) for key, values in grid.items()}
        sets = [dict(zip(axes, values, strict=True)) for values in product(*axes.values())]
    if not sets or sets == [{}]:
        raise BadUsage("a grid needs at least one key with at least one value")
    return list(sets)


def run_sets(base: Plan, sets: Sequence[Params], progress: Progress | None = None) -> list[SetRun]:
    """Play every set with the exact engine and write each into the trial book.

    A set that cannot be played is in the list with its reason; the others go on.
    """
    runs, book = [], TrialBook.of(base)
    for params in sets:
        run = _run(base, params)
        if run.plan is not None and run.daily is not None:
            book.add([trial(run.plan, run.daily)])
        runs.append(run)
        if progress is not None:
            progress(len(runs), len(sets))
    return runs


def table(runs: Sequence[SetRun]) -> pd.DataFrame:
    """One row a set: its parameters, then `trades`, `net_rs`, `sharpe` (annualised), `failed`."""
    rows = []
    for run in runs:
        row: dict[str, object] = {**run.params, "failed": run.failed}
        if run.daily is not None:
            row |= {
                "trades": int(run.daily.trades.sum()),
                "net_rs": int(run.daily.net_paise.sum()) / 100,
                "sharpe": float(ratios.sharpe(run.returns)),
            }
        rows.append(row)
    return pd.DataFrame(rows)


def matrix(runs: Sequence[SetRun]) -> Floats:
    """Daily returns, a row a set."""
    made: Floats = np.array([run.returns for run in runs])
    return made


def _run(base: Plan, params: Params) -> SetRun:
    try:
        cfg = base.cfg.changed(params)
        check(base.strategy.kind, cfg)
    except RustroError as exc:
        return SetRun(params, failed=str(exc))
    plan = Plan(cfg, base.history, base.strategy, base.numbers)
    closed: list[PositionClosed] = []
    balance = first = plan.first_balance_paise
    for number in plan.numbers:
        day = plan.play(number, balance)
        if day.failed:
            return SetRun(params, failed=f"{day.date}: the strategy raised in {day.failed}")
        closed += said(day.events, PositionClosed)  # the events themselves are let go
        balance = plan.left(balance, day)
    return SetRun(params, plan, daily(closed, plan.dates, first))


def _axis(key: str, values: Iterable[object]) -> list[object]:
    found: list[object] = [values] if isinstance(values, str | int | float) else list(values)
    if not found:
        raise BadUsage(f"the grid has no value for {key}")
    return found
