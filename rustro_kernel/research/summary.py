"""A backtest on one page of text."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap

from rustro_kernel.engine.events.strategy import (
    DailyDirectionDetermined,
    EntryEvaluated,
    MinutesPassed,
    SignalGenerated,
)
from rustro_kernel.records.pick import said
from rustro_kernel.research.metrics import Metrics
from rustro_kernel.research.plan import AnyPlan, DayOutcome

WIDTH, LONGEST = 14, 98
"""Letters of a name, and of a whole line."""
SHOWN = 8


def text(
    plan: AnyPlan,
    days: Sequence[DayOutcome],
    figures: Metrics,
    remarks: Sequence[str],
    skipped: Mapping[dt.date, str],
) -> str:
    """What was played, what came of it, where minutes stopped, and what is invented."""
    return "\n".join(_lines(plan, days, figures, remarks, skipped))


def _lines(
    plan: AnyPlan,
    days: Sequence[DayOutcome],
    figures: Metrics,
    remarks: Sequence[str],
    skipped: Mapping[dt.date, str],
) -> Iterator[str]:
    first, last = days[0].date, days[-1].date
    yield f"{plan.strategy.name} on {plan.history.underlying}, {first} to {last}"
    yield _row("data", plan.history.identity[:60])
    changed = ", ".join(f"{key}={value}" for key, value in plan.cfg.unusual.items())
    yield _row("settings", changed or "all defaults")
    yield _row("days", _days(days))
    yield from _money(days, figures)
    yield from (_row("mind" if not at else "", line) for at, line in enumerate(remarks))
    yield from _minutes(days)
    for day in [day for day in days if day.failed][:SHOWN]:
        yield _row("FAILED", f"{day.date}: the strategy raised in {day.failed}")
    for date, why in list(skipped.items())[:SHOWN]:
        yield _row("not played", f"{date}: {why}")
    yield _row("not measured", f"but synthetic: {', '.join(plan.history.synthetic)}")


def _days(days: Sequence[DayOutcome]) -> str:
    directions = Counter(
        d.direction for day in days for d in said(day.events, DailyDirectionDetermined)
    )
    told = ", ".join(f"{name} {count}" for name, count in sorted(directions.items()))
    short = sum(d.warmup_short for day in days for d in said(day.events, DailyDirectionDetermined))
    words = f"{len(days)} ({told or 'no direction was asked for'})"
    return f"{words}; {short} with a short warm-up" if short else words


def _money(days: Sequence[DayOutcome], figures: Metrics) -> Iterator[str]:
    trades, returns = figures.trades, figures.returns
    signals = sum(len(said(day.events, SignalGenerated)) for day in days)
    yield _row("signals", str(signals))
    if not trades.trades:
        yield _row("trades", "none")
        return
    yield _row("trades", f"{trades.trades}, {trades.wins} won ({trades.win_rate_pct:.1f} %)")
    yield _row(
        "net",
        f"Rs {trades.net_rs:,.2f} (gross {trades.gross_rs:,.2f}, "
        f"charges {trades.charges.total_rs:,.2f})",
    )
    yield _row(
        "balance",
        f"Rs {returns.start_rs:,.2f} to {returns.end_rs:,.2f}"
        f" ({_number(returns.total_return_pct)} %)",
    )
    yield _row("drawdown", f"{returns.max_drawdown_pct:.2f} % at days' ends")
    yield _row(
        "ratios",
        f"Sharpe {_number(returns.sharpe)}, Sortino {_number(returns.sortino)}, "
        f"profit factor {_number(trades.profit_factor)}",
    )
    yield _row(
        "expectancy",
        f"Rs {trades.expectancy_rs:,.2f} a trade; average win "
        f"{_number(trades.average_win_rs)}, loss "
        f"{_number(trades.average_loss_rs)}",
    )
    exits = ", ".join(f"{reason} {count}" for reason, count in trades.exits.items())
    yield _row("exits", exits)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.2f}"


def _minutes(days: Sequence[DayOutcome]) -> Iterator[str]:
    """How many minutes stopped at which gate."""
    stops: Counter[str] = Counter()
    for day in days:
        for passed in said(day.events, MinutesPassed):
            stops[passed.first_no] += passed.count
        stops.update(e.first_no or "signal" for e in said(day.events, EntryEvaluated))
    total = sum(stops.values())
    yield _row("minutes", f"{total:,} evaluated; stopped at:")
    for gate, count in stops.most_common():
        if gate != "signal":
            yield _row("", f"{gate:<22}{count:>9,}")


def _row(name: str, value: str) -> str:
    """A name and its value, which goes on below itself where it is long."""
    lines = wrap(value, LONGEST - WIDTH, break_long_words=False, break_on_hyphens=False)
    return f"  {name:<{WIDTH}}" + ("\n" + " " * (WIDTH + 2)).join(lines)
