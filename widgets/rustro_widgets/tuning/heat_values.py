"""A sweep over two parameters as a grid of figures. Pure."""

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rustro_kernel.research.plateau import plateau

if TYPE_CHECKING:
    import pandas as pd

    from rustro_kernel.research.ratios import Floats

FIGURES = {
    "Sharpe": ("sharpe", ".2f"),
    "net, Rs": ("net_rs", ",.0f"),
    "profit factor": ("profit_factor", ".2f"),
    "drawdown, %": ("max_drawdown_pct", ".1f"),
    "trades": ("trades", ".0f"),
}
"""What cells can show: column and format."""
VIEWS = {"each set": None, "neighbours, median": "neighbour_median", "worst": "neighbour_worst"}
"""A set's own figure, or that of the sets one step beside it."""
LESS_IS_BETTER = ("max_drawdown_pct",)
NEUTRAL = ("trades",)
PLATEAU_PCT = 75
"""Of a set's neighbours, so many at least are above 0 on a plateau."""


class Heat(NamedTuple):
    """A grid: `cells[row, column]`, NaN where nothing was played yet."""

    across: str
    up: str
    columns: tuple[Any, ...]
    rows: tuple[Any, ...]
    cells: "Floats"
    best: tuple[int, int] | None  # row and column
    middle: float
    words: str
    names: tuple[str, str] = ("", "")  # of across and up


def heat(
    table: "pd.DataFrame",
    grid: dict[str, Sequence[Any]],
    figure: str,
    view: str,
    names: Mapping[str, str] = MappingProxyType({}),
) -> Heat:
    """The figures of the sets that were played so far.

    Args:
        table: Of the sweep, one row a set.
        grid: The two parameters with their values; the first goes across.
        figure: A key of FIGURES.
        view: A key of VIEWS.
        names: What the keys are called on the sliders; a key without a name is its own.
    """
    (across, columns), (up, rows) = grid.items()
    by, column = FIGURES[figure][0], VIEWS[view]
    around = plateau(table, [across, up], by) if len(table) else table
    cells = np.full((len(rows), len(columns)), math.nan)
    if len(table):
        places = zip(around[up], around[across], around[column or by], strict=True)
        for row, place, value in places:
            cells[list(rows).index(row), list(columns).index(place)] = value
    best = _best(cells, is_less=by in LESS_IS_BETTER)
    middle = 1.0 if by == "profit_factor" else 0.0
    found = Heat(across, up, tuple(columns), tuple(rows), cells, best, middle, "")
    called = names.get(across, across), names.get(up, up)
    return found._replace(
        names=called, words=_words(found._replace(names=called), around, figure, view)
    )


def ends(found: Heat, by: str) -> tuple[float, float]:
    """The ends of the colours, as far from the middle on either side."""
    known = found.cells[~np.isnan(found.cells)]
    if not len(known):
        return found.middle - 1.0, found.middle + 1.0
    if by in (*LESS_IS_BETTER, *NEUTRAL):
        low, high = float(known.min()), float(known.max())
        return low, high if high > low else low + 1.0
    most = float(np.abs(known - found.middle).max()) or 1.0
    return found.middle - most, found.middle + most


def _best(cells: "Floats", *, is_less: bool) -> tuple[int, int] | None:
    if np.isnan(cells).all():
        return None
    place = int(np.nanargmin(cells) if is_less else np.nanargmax(cells))
    row, column = divmod(place, cells.shape[1])
    return row, column


def _words(found: Heat, around: "pd.DataFrame", figure: str, view: str) -> str:
    """Where the best one is, and whether it is a peak or a plateau."""
    if found.best is None:
        return "no set was played yet"
    row, column = found.best
    values = found.columns[column], found.rows[row]
    mine = around[(around[found.across] == values[0]) & (around[found.up] == values[1])].iloc[0]
    good, format_ = float(mine["neighbours_good_pct"]), FIGURES[figure][1]
    own, median = float(mine[FIGURES[figure][0]]), float(mine["neighbour_median"])
    kind = "a plateau" if good >= PLATEAU_PCT and median >= own / 2 else "a peak"
    return (
        f"best by {figure}{'' if view == 'each set' else f' ({view})'}: {found.names[0]} = "
        f"{values[0]:g}, {found.names[1]} = {values[1]:g} with {own:{format_}}; its "
        f"{int(mine['neighbours'])} neighbours have a median of {median:{format_}}, "
        f"{good:.0f} % are above 0: {kind}"
    )
