"""Searches over nothing: what the gate is handed when no set has any skill.

A search is simulated where the gate looks: trades with results drawn around zero, with fat tails,
on some days, a grid of sets that share most of their trades with their neighbours, a choice on the
past by the very functions of a walk-forward, and a control group whose draws come from the same
distribution as the entries they are held against. No cost is taken off, which makes it harder for
the gate: real noise loses the costs.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rustro_kernel.research import ratios
from rustro_kernel.research.control import SEEDS, percentile
from rustro_kernel.research.evidence import Evidence, deflated
from rustro_kernel.research.folds import choose, chosen, folds
from rustro_kernel.research.plateau import plateau
from rustro_kernel.research.ratios import Floats
from rustro_kernel.research.trials import Tries

SPREAD = 0.004
"""Of a trade's result, as a part of the equity: an option of 2 % of it, a fifth lost or won."""


@dataclass(frozen=True)
class Search:
    """How a search is made. `shared` is the part of a set's results that all sets share."""

    days: int = 500
    side: int = 5
    shared: float = 0.5
    trades_a_day: float = 0.6
    edge: float = 0.0  # mean of a trade, in its standard deviations


def evidence(search: Search, seed: int) -> Evidence:
    """What one search hands to the gate."""
    rng = np.random.default_rng(seed)
    counts = rng.poisson(search.trades_a_day, search.days)
    returns = _returns(search, counts, rng)
    cut = folds(search.days)
    rows, best = chosen(returns, cut), choose(returns)
    assert best is not None
    oos = np.concatenate(
        [returns[row, f.test.start : f.test.stop] for f, row in zip(cut, rows, strict=True)]
    )
    trades = int(counts[cut[0].test.start :].sum())
    drawn = _fat(rng, (SEEDS, trades)).sum(axis=1) * SPREAD
    around = plateau(_table(search, returns), ["a", "b"]).iloc[best]
    tries = Tries(len(returns), float(np.var(ratios.daily_sharpe(returns), ddof=1)))
    return Evidence(
        strategy="noise",
        strategy_hash="",
        data="",
        synthetic=(),
        first="",
        last="",
        code="",
        tries=len(returns),
        deflated_sharpe=deflated(tries, returns[best]),
        neighbours=int(around["neighbours"]),
        neighbours_good_pct=float(around["neighbours_good_pct"]),
        oos_trades=trades,
        oos_net_rs=float(oos.sum()) * 1e6,
        control_draws=SEEDS,
        control_percentile=percentile(float(oos.sum()), drawn),
    )


def _returns(search: Search, counts: np.ndarray, rng: np.random.Generator) -> Floats:
    """Daily returns, a row a set; rows beside each other in the grid are alike."""
    side, shape = search.side, (search.side, search.side, search.days)
    own = _fat(rng, shape)
    near = (own + np.roll(own, 1, 0) + np.roll(own, 1, 1)) / np.sqrt(3)
    common = _fat(rng, (1, 1, search.days))
    mixed = np.sqrt(search.shared) * common + np.sqrt(1 - search.shared) * near
    made = SPREAD * (mixed * np.sqrt(counts) + search.edge * counts)
    rows: Floats = made.reshape(side * side, search.days)
    return rows


def _fat(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Fat tails, mean 0 and deviation 1."""
    made: Floats = rng.standard_t(5, shape) / np.sqrt(5 / 3)
    return made


def _table(search: Search, returns: Floats) -> pd.DataFrame:
    places = [(a, b) for a in range(search.side) for b in range(search.side)]
    frame = pd.DataFrame(places, columns=["a", "b"])
    return frame.assign(sharpe=ratios.sharpe(returns))
