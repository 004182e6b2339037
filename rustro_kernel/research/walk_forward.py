"""`rk.walk_forward`: choose on the past, trade the days that follow, and show only those.

Every set is played once over all days; on each training the best one is chosen, and the test
that follows it is played with that set, on one purse from test to test. What you see is the tests
stitched together: no day of it has helped to choose what traded it.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from rustro_kernel.config import Config
from rustro_kernel.research.backtest import Date, plan
from rustro_kernel.research.days import Progress, days_of
from rustro_kernel.research.folds import FOLDS, Fold, chosen, folds
from rustro_kernel.research.plan import Plan
from rustro_kernel.research.result import Result
from rustro_kernel.research.sets import Params, SetRun, expanded, matrix, run_sets
from rustro_kernel.research.walk import WalkForward


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
