"""The figures of a backtest: what its trades came to, and what its days were worth.

Money in rupees (`_rs`), times in seconds (`_s`), parts in percent (`_pct`); None where there is
nothing to divide by. What concerns single trades is defined in `records.trade_figures`, which the
report of a day uses too; what concerns days in `ratios`.
"""

import datetime as dt
import math
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

import msgspec
import numpy as np

from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.domain.money import round_half_up, rupees
from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.records.trade_figures import TradeFigures, trade_figures
from rustro_kernel.research import ratios
from rustro_kernel.research.bootstrap import Interval, interval
from rustro_kernel.research.daily import Daily, daily
from rustro_kernel.research.deflated import skill
from rustro_kernel.research.ratios import Floats

OPEN_S_A_DAY = 375 * 60
"""09:15 to 15:30."""


class Group(msgspec.Struct, frozen=True):
    """The trades that have something in common."""

    trades: int
    wins: int
    gross_rs: float
    charges_rs: float
    net_rs: float
    mean_net_rs: float
    mean_hold_s: float


class ReturnFigures(msgspec.Struct, frozen=True):
    """What the days came to; ratios over daily returns, by the definitions of `ratios`.

    Attributes:
        days: Trading days of the backtest, days without a trade included.
        days_traded: Days on which a trade was closed.
        winning_days_pct: Days with net > 0, of the days traded.
        max_drawdown_pct: Deepest fall of the equity at days' ends below its highest, of that.
        longest_drawdown_days: Most trading days in a row below an earlier equity.
        skewness: Of the daily returns; 0 is symmetric.
        kurtosis: Of the same; 3 for a normal distribution.
        skill_pct: Probabilistic Sharpe ratio: the chance that the true one is above 0.
    """

    days: int
    days_traded: int
    winning_days_pct: float | None
    start_rs: float
    end_rs: float
    total_return_pct: float | None
    annual_return_pct: float | None
    annual_volatility_pct: float | None
    sharpe: float | None
    sortino: float | None
    calmar: float | None
    max_drawdown_pct: float
    longest_drawdown_days: int
    best_day_rs: float | None
    worst_day_rs: float | None
    skewness: float | None
    kurtosis: float | None
    skill_pct: float | None


class Metrics(msgspec.Struct, frozen=True):
    """All figures of a backtest.

    Attributes:
        payoff_ratio: Average win over average loss.
        exposure_pct: Time with a position, of the time the market was open.
        longest_wins: Most wins in a row; a trade of exactly 0 neither adds to a row nor ends it.
        longest_losses: Most losses in a row.
    """

    trades: TradeFigures
    returns: ReturnFigures
    payoff_ratio: float | None
    exposure_pct: float | None
    longest_wins: int
    longest_losses: int
    by_reason: dict[str, Group]  # of the exit
    by_trigger: dict[str, Group]
    by_side: dict[str, Group]  # CE, PE


def metrics(
    trades: Sequence[PositionClosed],
    dates: Sequence[dt.date],
    balance_paise: int,
    *,
    open_s: float | None = None,
) -> Metrics:
    """The figures of the trades of some trading days.

    Args:
        trades: In order of closing.
        dates: Every trading day, also those without a trade.
        balance_paise: Before the first day.
        open_s: How long the market was open on all days together; 375 minutes a day if not told.
    """
    of_trades = trade_figures(trades)
    open_ns = (len(dates) * OPEN_S_A_DAY if open_s is None else open_s) * SECOND
    wins = [t.net_paise > 0 for t in trades if t.net_paise]
    return Metrics(
        trades=of_trades,
        returns=return_figures(daily(trades, dates, balance_paise)),
        payoff_ratio=_payoff(of_trades),
        exposure_pct=100 * held_ns(trades) / open_ns if open_ns else None,
        longest_wins=_longest(wins, wanted=True),
        longest_losses=_longest(wins, wanted=False),
        by_reason=groups(trades, lambda t: t.reason),
        by_trigger=groups(trades, lambda t: t.trigger),
        by_side=groups(trades, lambda t: t.right),
    )


def return_figures(days: Daily) -> ReturnFigures:
    """The figures of daily results."""
    returns, traded = days.returns, days.net_paise[days.trades > 0]
    falls = ratios.drawdowns(returns)
    return ReturnFigures(
        days=len(days.dates),
        days_traded=len(traded),
        winning_days_pct=100 * float(np.mean(traded > 0)) if len(traded) else None,
        start_rs=rupees(days.balance_paise),
        end_rs=rupees(days.balance_paise + int(days.net_paise.sum())),
        total_return_pct=_pct(ratios.total_return(returns)),
        annual_return_pct=_pct(ratios.annual_return(returns)),
        annual_volatility_pct=_pct(ratios.annual_volatility(returns)),
        sharpe=_known(ratios.sharpe(returns)),
        sortino=_known(ratios.sortino(returns)),
        calmar=_known(ratios.calmar(returns)),
        max_drawdown_pct=100 * float(ratios.max_drawdown(returns)),
        longest_drawdown_days=_longest((falls > 0).tolist(), wanted=True),
        best_day_rs=rupees(int(days.net_paise.max())) if len(returns) else None,
        worst_day_rs=rupees(int(days.net_paise.min())) if len(returns) else None,
        skewness=_known(ratios.skewness(returns)),
        kurtosis=_known(ratios.kurtosis(returns)),
        skill_pct=_pct(skill(returns)),
    )


def intervals(days: Daily, *, seed: int = 7) -> dict[str, Interval]:
    """How sure the main figures are: `bootstrap.interval` of each, in the unit of its name."""
    figures: dict[str, Callable[[Floats], Floats]] = {
        "sharpe": ratios.sharpe,
        "sortino": ratios.sortino,
        "total_return_pct": lambda returns: 100 * ratios.total_return(returns),
        "max_drawdown_pct": lambda returns: 100 * ratios.max_drawdown(returns),
    }
    return {name: interval(days.returns, one, seed=seed) for name, one in figures.items()}


def groups(
    trades: Iterable[PositionClosed], key: Callable[[PositionClosed], str]
) -> dict[str, Group]:
    """Trades by what they have in common, by name."""
    by_key = groupby(sorted(trades, key=key), key)
    return {name: _group(list(members)) for name, members in by_key}


def held_ns(trades: Iterable[PositionClosed]) -> int:
    """How long at least one position was held."""
    held = until = 0
    for begin, end in sorted((t.entry_ns, t.exit_ns) for t in trades):
        held += max(0, end - max(begin, until))
        until = max(until, end)
    return held


def _group(trades: Sequence[PositionClosed]) -> Group:
    net, count = sum(t.net_paise for t in trades), len(trades)
    return Group(
        trades=count,
        wins=sum(t.net_paise > 0 for t in trades),
        gross_rs=rupees(sum(t.gross_paise for t in trades)),
        charges_rs=rupees(sum(t.charges_paise for t in trades)),
        net_rs=rupees(net),
        mean_net_rs=rupees(round_half_up(net, count)),
        mean_hold_s=round(sum(t.exit_ns - t.entry_ns for t in trades) / count / SECOND, 3),
    )


def _payoff(found: TradeFigures) -> float | None:
    if not found.average_win_rs or not found.average_loss_rs:
        return None
    return found.average_win_rs / -found.average_loss_rs


def _longest(row: Iterable[bool], *, wanted: bool) -> int:
    runs = (len(list(same)) for value, same in groupby(row) if value == wanted)
    return max(runs, default=0)


def _known(value: Floats | float) -> float | None:
    number = float(value)
    return None if math.isnan(number) else number


def _pct(value: Floats | float) -> float | None:
    number = _known(value)
    return None if number is None else 100 * number
