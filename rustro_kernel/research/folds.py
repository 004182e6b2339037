"""Walk-forward on numbers alone: which days train, which test, and which set is chosen.

Nothing here knows a strategy: a matrix of daily returns, a row a set, is all that is looked at.
Each row comes from one backtest over all days. That gives no set a look ahead, because every day
is a session of its own that knows only the days before it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.research import ratios
from rustro_kernel.research.ratios import Floats, Ratio

FOLDS = 6
FIRST_TRAIN = 2
"""The first training is as long as so many tests."""
BY: Mapping[str, Ratio] = {
    "sharpe": ratios.sharpe,
    "sortino": ratios.sortino,
    "calmar": ratios.calmar,
    "total_return": ratios.total_return,
}
"""What a set can be chosen by, on the training days."""


@dataclass(frozen=True, slots=True)
class Fold:
    """Days by their place: `train` and then `test`, which follow each other without a gap."""

    train: range
    test: range


def folds(
    days: int,
    *,
    count: int = FOLDS,
    anchored: bool = True,
    train_days: int | None = None,
    test_days: int | None = None,
) -> list[Fold]:
    """Cut days into trainings and the tests that follow them.

    Every day after the first training is tested once.

    Args:
        days: How many there are.
        count: How many folds, where `test_days` does not say how long a test is.
        anchored: Every training begins on the first day; else it rolls along, always as long.
        train_days: Of the first training; twice a test if not told.
        test_days: Of each test; the last one may be shorter.

    Raises:
        BadUsage: If there are too few days.
    """
    for name, told in (("count", count), ("train_days", train_days), ("test_days", test_days)):
        if told is not None and told < 1:
            raise BadUsage(f"{name} is 1 or more, got {told}")
    test = test_days or max(1, (days - (train_days or 0)) // (count + _units(train_days)))
    train = train_days or FIRST_TRAIN * test
    if train < 2 or train >= days:
        raise BadUsage(
            f"{days} days cannot be cut into trainings of {train} and tests of {test} days"
        )
    starts = list(range(train, days, test))
    if not test_days:  # the last test takes what the division left over
        starts = starts[:count]
    ends = [*starts[1:], days]
    return [
        Fold(range(0 if anchored else start - train, start), range(start, end))
        for start, end in zip(starts, ends, strict=True)
    ]


def choose(returns: Floats, by: str = "sharpe") -> int | None:
    """The row with the best figure, the first of equals; None where no row has one.

    Raises:
        BadUsage: If there is no such figure.
    """
    if by not in BY:
        raise BadUsage(f"a set is chosen by one of {', '.join(BY)}, got {by!r}")
    figures = BY[by](returns)
    if by == "total_return":  # a set that never trades has no other figure
        figures = np.where((returns != 0).any(axis=-1), figures, np.nan)
    return None if np.isnan(figures).all() else int(np.nanargmax(figures))


def chosen(returns: Floats, cut: Sequence[Fold], by: str = "sharpe") -> list[int | None]:
    """For each fold the row chosen on its training days; None: no set traded in them."""
    return [choose(returns[:, fold.train.start : fold.train.stop], by) for fold in cut]


def stitched(returns: Floats, cut: Sequence[Fold], rows: Sequence[int | None]) -> Floats:
    """The tests' returns, one after the other, each of the row chosen before it."""
    parts = [
        np.zeros(len(fold.test)) if row is None else returns[row, fold.test.start : fold.test.stop]
        for fold, row in zip(cut, rows, strict=True)
    ]
    return np.concatenate(parts)


def _units(train_days: int | None) -> int:
    return 0 if train_days else FIRST_TRAIN
