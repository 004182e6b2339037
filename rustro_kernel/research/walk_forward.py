"""`rk.walk_forward`: choose on the past, trade the days that follow, and show only those.

Every set is played once over all days; on each training the best one is chosen, and the test
that follows it is played with that set, on one purse from test to test. What you see is the tests
stitched together: no day of it has helped to choose what traded it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from rustro_kernel.config import Config
from rustro_kernel.research import ratios
from rustro_kernel.research.backtest import Date, plan
from rustro_kernel.research.days import Progress, days_of
from rustro_kernel.research.folds import FOLDS, Fold, choose, chosen, folds
from rustro_kernel.research.plan import Plan
from rustro_kernel.research.plateau import plateau
from rustro_kernel.research.result import Result
from rustro_kernel.research.sets import Params, SetRun, expanded, matrix, run_sets, table


@dataclass(frozen=True)
class WalkForward:
    """A finished walk-forward; what it shows is the out-of-sample result.

    Attributes:
        base: Data, strategy and settings before any set.
        runs: Every set over all days; those that failed have no days.
        folds: Which days trained and tested, by their place in the days played.
        rows: The set chosen for each fold, by its place in `played`; None: no set had traded.
        by: What sets were chosen by.
        oos: The tests, stitched together.
    """

    base: Plan
    runs: Sequence[SetRun]
    folds: Sequence[Fold]
    rows: Sequence[int | None]
    by: str
    oos: Result

    def __repr__(self) -> str:
        return self.summary()

    @cached_property
    def played(self) -> list[SetRun]:
        """The sets that could be played."""
        return [run for run in self.runs if not run.failed]

    @property
    def failed(self) -> dict[str, str]:
        """The sets that could not, and why."""
        return {str(dict(run.params)): run.failed for run in self.runs if run.failed}

    @property
    def params(self) -> list[str]:
        """The keys that sets differ in."""
        return list(dict.fromkeys(key for run in self.runs for key in run.params))

    @cached_property
    def best(self) -> int | None:
        """The set that is best over all days, trained as the next fold would be."""
        train = self.folds[-1].train
        days = len(self.base.numbers)
        first = 0 if train.start == 0 else days - len(train)
        return choose(matrix(self.played)[:, first:], self.by)

    @cached_property
    def sets(self) -> pd.DataFrame:
        """One row a set over all days, in sample, with how its neighbours did (`plateau`)."""
        return plateau(table(self.runs), self.params)

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a fold: its dates, what was chosen, and how that did before and after."""
        dates = self.base.dates
        rows = []
        for fold, row in zip(self.folds, self.rows, strict=True):
            spans = {"train": fold.train, "test": fold.test}
            found: dict[str, object] = {
                f"{name}_{end}": pd.Timestamp(dates[place])
                for name, span in spans.items()
                for end, place in (("first", span.start), ("last", span.stop - 1))
            }
            if row is not None:
                run = self.played[row]
                found |= run.params
                for name, span in spans.items():
                    part = run.returns[span.start : span.stop]
                    found[f"{name}_sharpe"] = float(ratios.sharpe(part))
            rows.append(found)
        return pd.DataFrame(rows)

    @property
    def metrics(self) -> object:
        """The figures of the tests."""
        return self.oos.metrics

    def save(self, folder: str | Path) -> Path:
        """Write evidence, settings and tables into a new folder, as `rustro promote` takes it.

        Raises:
            BadUsage: If there is something already, or no set has traded.
        """
        from rustro_kernel.research.candidate import save

        return save(self, Path(folder))

    def summary(self) -> str:
        """The tests on one page, then the folds."""
        from rustro_kernel.research.walk_words import words

        return words(self)


def walk_forward(
    data: object,
    strategy: object = None,
    grid: Mapping[str, object] | Sequence[Params] = (),
    params: Mapping[str, object] | None = None,
    *,
    by: str = "sharpe",
    count: int = FOLDS,
    anchored: bool = True,
    train_days: int | None = None,
    test_days: int | None = None,
    start: Date = None,
    end: Date = None,
    profile: str | None = None,
    config: str | Path | Config | None = None,
    option_bars: object = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> WalkForward:
    """Choose the best set on the past again and again, and trade the days after it.

    Args:
        data: As in `backtest`.
        strategy: As in `backtest`.
        grid: Values by key as in `sweep`, or a list of sets. One that cannot be played is listed
            in `failed`.
        params: Settings that all sets share.
        by: sharpe, sortino, calmar or total_return, on the training days.
        count: How many tests, where `test_days` does not say how long one is.
        anchored: Trainings begin on the first day and grow; else they roll along.
        train_days: Trading days of the first training; twice a test if not told.
        test_days: Trading days of each test.
        start: As in `backtest`; so are end, profile, config and option_bars.
        end: The same.
        profile: The same.
        config: The same.
        option_bars: The same.
        workers: Threads and processes that play the sets, as in `sweep`.
        progress: Told after each set, then after each day of the tests.

    Raises:
        BadUsage: If anything asked for cannot be used, or no set can be played.
    """
    sets = expanded(grid)
    base = plan(
        data,
        strategy,
        params,
        start=start,
        end=end,
        profile=profile,
        config=config,
        option_bars=option_bars,
    )
    cut = folds(
        len(base.numbers),
        count=count,
        anchored=anchored,
        train_days=train_days,
        test_days=test_days,
    )
    return walked(base, run_sets(base, sets, progress, workers), cut, by, progress)


def walked(
    base: Plan, runs: Sequence[SetRun], cut: Sequence[Fold], by: str, progress: Progress | None
) -> WalkForward:
    """The same from sets that were played already, at least one of them."""
    played = [run for run in runs if not run.failed]
    rows = chosen(matrix(played), cut, by)
    parts = tuple(
        _part(played[row].plan, fold) if row is not None else _idle(base, fold)
        for fold, row in zip(cut, rows, strict=True)
    )
    oos = Result(base, days_of(parts, progress=progress), parts)
    return WalkForward(base, runs, cut, rows, by, oos)


def _part(made: Plan, fold: Fold) -> Plan:
    """A test as a plan of its own."""
    numbers = made.numbers[fold.test.start : fold.test.stop]
    return Plan(made.cfg, made.history, made.strategy, numbers)


def _idle(base: Plan, fold: Fold) -> Plan:
    """A test that nothing was chosen for: nothing is entered."""
    off = base.cfg.changed({"strategy.enabled": False})
    return _part(Plan(off, base.history, base.strategy, base.numbers), fold)
