"""A walk-forward on one page: the tests first, then what was chosen when."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rustro_kernel.research import ratios

if TYPE_CHECKING:
    from rustro_kernel.research.walk_forward import WalkForward


def words(found: "WalkForward") -> str:
    """What no day of has helped to choose what traded it."""
    return "\n".join(_lines(found))


def _lines(found: "WalkForward") -> Iterator[str]:
    oos, days = found.oos, found.oos.days
    trades, returns = oos.metrics.trades, oos.metrics.returns
    kind = "anchored" if found.folds[-1].train.start == 0 else "rolling"
    yield (
        f"{oos.strategy} out of sample, {days[0].date} to {days[-1].date}: "
        f"{len(found.folds)} {kind} folds, chosen by {found.by} from {len(found.played)} sets"
    )
    yield (
        f"  net Rs {trades.net_rs:,.0f} on {trades.trades} trades, Sharpe "
        f"{_figure(returns.sharpe)}, drawdown {returns.max_drawdown_pct:.2f} %"
    )
    yield f"  in training the same choices had a Sharpe of {_trained(found)}"
    dates = found.base.dates
    for fold, row in zip(found.folds, found.rows, strict=True):
        picked = {} if row is None else found.played[row].params
        told = ", ".join(f"{key}={value}" for key, value in picked.items())
        span = f"{dates[fold.test.start]} .. {dates[fold.test.stop - 1]}"
        yield f"  {span}  {told or 'nothing: no set had traded'}"
    for name, why in list(found.failed.items())[:8]:
        yield f"  FAILED {name}: {why}"
    yield from (f"  {line}" for line in oos.remarks)


def _trained(found: "WalkForward") -> str:
    """The middle of what the chosen sets had shown before they were traded."""
    shown = [
        float(ratios.sharpe(found.played[row].returns[fold.train.start : fold.train.stop]))
        for fold, row in zip(found.folds, found.rows, strict=True)
        if row is not None
    ]
    return _figure(sum(shown) / len(shown) if shown else None)


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
