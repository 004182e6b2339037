"""A sweep as a table: one row a set, in the order of the grid.

The keys that were swept come first, under their own names. Then, money in rupees, times in seconds,
parts in percent, NaN where there is nothing to divide by:

trades, wins: round trips; those with net > 0.
win_rate_pct: wins of trades.
net_rs, gross_rs, charges_rs: of all trades; net = gross - charges.
end_rs, total_return_pct: the balance after the last day; growth over all days.
sharpe, sortino: of daily returns, days without a trade included (`research.ratios`).
max_drawdown_pct: the deepest fall of the equity at days' ends below its highest.
profit_factor: what won over what lost.
expectancy_rs: net of a trade. hold_s: how long a trade lasted.
days, days_traded: played; those with a result.
too_dear: signals that the balance had not one lot for (compiled code counts them).
played_by: "kernel", or "engine" for sets that compiled code cannot express.
why_engine: which setting that was.
engine_days: days of the set that the engine played: all, or those with halts.
failed: why a set has no figures; empty for all others.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from rustro_kernel.research import ratios
from rustro_kernel.research.ratios import Floats
from rustro_kernel.research.sweep.layout import Ints
from rustro_kernel.research.sweep.outcome import Outcome

FIGURES = (
    *("trades", "wins", "win_rate_pct", "net_rs", "gross_rs", "charges_rs", "end_rs"),
    *("total_return_pct", "sharpe", "sortino", "max_drawdown_pct", "profit_factor"),
    *("expectancy_rs", "hold_s", "days", "days_traded", "too_dear"),
    *("played_by", "why_engine", "engine_days", "failed"),
)
RISING = ("net_rs", "total_return_pct", "sharpe", "sortino", "profit_factor", "expectancy_rs")
"""Figures of which more is better."""
AT_ONCE = 128
"""Sets whose days are looked at together: memory, not time, is what counts."""
COUNTS = ("trades", "wins", "days", "days_traded", "too_dear", "engine_days")


def table(params: Sequence[Mapping[str, object]], outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """The table of outcomes; `params` are those of all sets, by place."""
    ordered = sorted(outcomes, key=lambda outcome: outcome.place)
    places = [outcome.place for outcome in ordered]
    keys = list(dict.fromkeys(key for place in places for key in params[place]))
    swept = {key: [params[place].get(key) for place in places] for key in keys}
    figures = _figures(ordered)
    named = {name: figures[name] for name in FIGURES}
    frame = pd.DataFrame({**swept, **named}, index=pd.Index(places, name="set"))
    has_failed = frame["failed"] != ""
    blank = [name for name in FIGURES[: FIGURES.index("played_by")] if name not in COUNTS]
    frame.loc[has_failed, blank] = np.nan
    return frame


def _figures(ordered: Sequence[Outcome]) -> dict[str, object]:
    if not ordered:
        return {name: [] for name in FIGURES}
    parts = [ordered[at : at + AT_ONCE] for at in range(0, len(ordered), AT_ONCE)]
    of_days = [_of_days(part) for part in parts]
    totals = np.array([outcome.total for outcome in ordered])
    trades = totals["trades"]
    return {
        "trades": trades,
        "wins": totals["wins"],
        "win_rate_pct": _over(100 * totals["wins"], trades),
        "net_rs": totals["net"] / 100,
        "gross_rs": totals["gross"] / 100,
        "charges_rs": (totals["gross"] - totals["net"]) / 100,
        **{name: np.concatenate([part[name] for part in of_days]) for name in of_days[0]},
        "profit_factor": _over(totals["won"], totals["lost"]),
        "expectancy_rs": _over(totals["net"] / 100, trades),
        "hold_s": _over(totals["held_ns"] / 1e9, trades),
        "days": [len(outcome.nets) for outcome in ordered],
        "too_dear": totals["unsized"],
        "played_by": ["engine" if one.why_engine else "kernel" for one in ordered],
        "why_engine": [one.why_engine for one in ordered],
        "engine_days": totals["exact_days"],
        "failed": [one.failed for one in ordered],
    }


def _of_days(part: Sequence[Outcome]) -> dict[str, Floats]:
    """What daily results come to."""
    first = np.array([outcome.balance_paise for outcome in part], dtype=np.int64)
    nets = _nets(part)
    returns = daily_returns(nets, first)
    return {
        "end_rs": (first + nets.sum(axis=1)) / 100,
        "total_return_pct": 100 * ratios.total_return(returns),
        "sharpe": ratios.sharpe(returns),
        "sortino": ratios.sortino(returns),
        "max_drawdown_pct": 100 * ratios.max_drawdown(returns),
        "days_traded": (nets != 0).sum(axis=1),
    }


def daily_returns(nets: Ints, balance: Ints) -> Floats:
    """`Daily.returns` of many sets: net over the equity before the day; [set, day]."""
    before = balance[:, None] + np.cumsum(nets, axis=1) - nets
    parts = np.zeros(nets.shape)
    np.divide(nets, before, out=parts, where=before > 0)
    return parts


def _nets(ordered: Sequence[Outcome]) -> Ints:
    """What each day came to; a failed set has zeros."""
    days = max(len(outcome.nets) for outcome in ordered)
    found = np.zeros((len(ordered), days), dtype=np.int64)
    for row, outcome in zip(found, ordered, strict=True):
        row[: len(outcome.nets)] = outcome.nets
    return found


def _over(upper: Floats, lower: Floats) -> Floats:
    found = np.full(len(lower), np.nan)
    np.divide(upper, lower, out=found, where=lower > 0)
    return found
