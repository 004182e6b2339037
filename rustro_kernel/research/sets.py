"""Many sets of parameters over the same days: what each of them earned, day by day."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.research import ratios
from rustro_kernel.research.plan import Plan
from rustro_kernel.research.ratios import Floats
from rustro_kernel.research.sweep import grid as grids
from rustro_kernel.research.sweep.outcome import Outcome
from rustro_kernel.research.sweep.search import Search
from rustro_kernel.research.sweep.sweeper import Sweeper
from rustro_kernel.research.sweep.table import daily_returns

Params = Mapping[str, object]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class SetRun:
    """One set over all days. `failed` says what went wrong; then there are no returns."""

    params: Params
    base: Plan
    trades: int = 0
    net_paise: int = 0
    returns: Floats = field(default_factory=lambda: np.zeros(0))
    failed: str = ""

    @property
    def plan(self) -> Plan:
        """The set as a plan."""
        return replace(self.base, cfg=self.base.cfg.changed(self.params))


def expanded(grid: Mapping[str, object] | Sequence[Params]) -> list[dict[str, object]]:
    """Every set of a grid, the last key running fastest; a list of sets as it is.

    Raises:
        BadUsage: If there is no set in it.
    """
    sets = grids.every(grid) if isinstance(grid, Mapping) else [dict(one) for one in grid]
    if not any(sets):
        raise BadUsage("a grid needs at least one key with at least one value")
    return sets


def run_sets(
    base: Plan,
    sets: Sequence[dict[str, object]],
    progress: Progress | None = None,
    workers: int | None = None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> list[SetRun]:
    """Play every set as a sweep does, which writes each into the trial book.

    A set that cannot be played is in the list with its reason; the others go on. Once `is_stopped`
    is true the list is what was played by then.

    Raises:
        BadUsage: If none can be played.
    """
    search = Search(Sweeper(base), list(sets), workers)
    search.run(progress, is_stopped)
    return [
        _run(base, sets[one.place], one) for one in sorted(search.found, key=lambda one: one.place)
    ]


def table(runs: Iterable[SetRun]) -> pd.DataFrame:
    """One row a set: its parameters, `failed`, `trades`, `net_rs`, `sharpe` (annualised)."""
    return pd.DataFrame(
        {
            **run.params,
            "failed": run.failed,
            "trades": run.trades,
            "net_rs": run.net_paise / 100,
            "sharpe": float(ratios.sharpe(run.returns)),
        }
        for run in runs
    )


def matrix(runs: Sequence[SetRun]) -> Floats:
    """Daily returns, a row a set."""
    made: Floats = np.array([run.returns for run in runs])
    return made


def _run(base: Plan, params: Params, found: Outcome) -> SetRun:
    if found.failed:
        return SetRun(params, base, failed=found.failed)
    first = np.array([found.balance_paise], dtype=np.int64)
    returns = daily_returns(found.nets[None, :], first)[0]
    return SetRun(params, base, int(found.total["trades"]), int(found.nets.sum()), returns)
