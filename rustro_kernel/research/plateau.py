"""How a set's neighbours do: a peak among poor neighbours is luck, a plateau may be more.

Neighbours differ in one parameter by one step. Where sets were drawn at random and have no such
neighbours, the nearest ones stand in, by rank of each parameter.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.research.ratios import Floats

NEAREST = 4
COLUMNS = ("neighbours", "neighbour_median", "neighbour_worst", "neighbours_good_pct")


def plateau(table: pd.DataFrame, params: Sequence[str], by: str = "sharpe") -> pd.DataFrame:
    """The table with four columns more.

    `neighbours` counts them, `neighbour_median` and `neighbour_worst` are their figures, and
    `neighbours_good_pct` is the part of them whose figure is above 0.

    Args:
        table: One row a set.
        params: The columns that are parameters.
        by: The column that says how a set did; NaN counts as not good.

    Raises:
        BadUsage: If a column is not there.
    """
    missing = [name for name in (*params, by) if name not in table.columns]
    if missing or not len(params):
        raise BadUsage(f"the table has no column {', '.join(missing) or 'that is a parameter'}")
    ranks = np.column_stack([_ranks(table[name]) for name in params])
    figures = table[by].to_numpy(dtype=np.float64)
    rows = [_around(figures[near]) for near in _neighbours(ranks)]
    return table.assign(**dict(zip(COLUMNS, zip(*rows, strict=True), strict=True)))


def _ranks(column: "pd.Series[Any]") -> Floats:
    """The place of each value among the different ones, 0, 1, 2, ..."""
    codes, values = pd.factorize(column)
    try:
        order = sorted(range(len(values)), key=lambda code: values[code])
    except TypeError:  # of several kinds: as they came
        order = list(range(len(values)))
    place = np.empty(len(values))
    place[order] = np.arange(len(values))
    ranks: Floats = place[codes]
    return ranks


def _neighbours(ranks: Floats) -> list[list[int]]:
    steps = np.abs(ranks[:, None, :] - ranks[None, :, :]).sum(axis=-1)
    is_next = steps == 1
    if is_next.any(axis=1).all() or len(ranks) < 2:
        return [np.flatnonzero(row).tolist() for row in is_next]
    spread = np.maximum(np.ptp(ranks, axis=0), 1.0)
    apart = np.abs((ranks[:, None, :] - ranks[None, :, :]) / spread).sum(axis=-1)
    np.fill_diagonal(apart, np.inf)
    nearest = np.argsort(apart, axis=1, kind="stable")[:, : min(NEAREST, len(ranks) - 1)]
    return [row.tolist() for row in nearest]


def _around(figures: Floats) -> tuple[int, float, float, float]:
    known = figures[~np.isnan(figures)]
    if not len(known):
        return len(figures), float("nan"), float("nan"), 0.0
    good = 100 * float(np.sum(known > 0)) / len(figures)
    return len(figures), float(np.median(known)), float(known.min()), good
