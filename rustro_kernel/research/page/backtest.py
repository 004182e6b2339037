"""The page of a backtest, from top to bottom."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.pages import parts
from rustro_kernel.pages.amounts import number, percent, rs_tile, rupees, tone
from rustro_kernel.pages.html import Html
from rustro_kernel.pages.parts import Tile
from rustro_kernel.records.files import write_whole
from rustro_kernel.records.page import tables as trade_tables
from rustro_kernel.research.bootstrap import Interval
from rustro_kernel.research.daily import Daily, daily
from rustro_kernel.research.metrics import Metrics, intervals, metrics
from rustro_kernel.research.page import pictures, tables
from rustro_kernel.research.plan import AnyPlan, DayOutcome

ENOUGH = 100
"""Trades; with fewer a result says little about the next ones."""
SHOWN = 1000
"""Trades listed."""


class Account(msgspec.Struct, frozen=True):
    """What a page is made from.

    Attributes:
        title: What was tried.
        dates: Every trading day, also those without a trade.
        balance_paise: Before the first day.
        facts: Names with values: settings, data, strategy.
        synthetic: Parts of the data that were not measured.
    """

    title: str
    trades: Sequence[PositionClosed]
    dates: Sequence[dt.date]
    balance_paise: int
    facts: Sequence[tuple[str, str]] = ()
    synthetic: Sequence[str] = ()


def account(plan: AnyPlan, days: Sequence[DayOutcome], skipped: Mapping[dt.date, str]) -> Account:
    """What the page of a backtest is made from."""
    changed = [(key, str(value)) for key, value in plan.cfg.unusual.items()]
    facts = [
        ("Strategy", f"{plan.strategy.name}, source {plan.strategy.source_hash}"),
        ("Data", plan.history.identity),
        ("Identity", plan.identity),
        *(changed or [("Settings", "all defaults")]),
        *((f"Not played {date}", why) for date, why in skipped.items()),
        *((f"Failed {day.date}", day.failed) for day in days if day.failed),
    ]
    return Account(
        title=f"{plan.strategy.name} on {plan.history.underlying}",
        trades=[trade for day in days for trade in day.trades],
        dates=[day.date for day in days],
        balance_paise=days[0].balance_paise if days else 0,
        facts=facts,
        synthetic=plan.history.synthetic,
    )


class Worked(msgspec.Struct, frozen=True):
    """What follows from it."""

    days: Daily
    metrics: Metrics
    intervals: dict[str, Interval]


def write_page(account: Account, path: Path) -> None:
    """Write the page to a file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, backtest_page(account).encode())


def backtest_page(account: Account) -> Html:
    """The whole file."""
    days = daily(account.trades, account.dates, account.balance_paise)
    figures = metrics(account.trades, account.dates, account.balance_paise)
    made = Worked(days, figures, intervals(days) if account.trades else {})
    period = f"{account.dates[0]} to {account.dates[-1]}" if account.dates else "no day"
    subtitle = f"{period} · {len(account.dates)} trading days · {len(account.trades)} trades"
    return parts.page(account.title, subtitle, _parts(account, made))


def _parts(account: Account, made: Worked) -> Iterator[Html]:
    yield from _notes(account)
    yield parts.tiles(_tiles(made))
    if account.dates:
        yield pictures.equity(made.days)
    if account.trades:
        yield tables.months(made.days)
        yield parts.pair(pictures.sizes(account.trades), pictures.sources(account.trades))
        found = made.metrics
        trigger = pictures.groups("By trigger", found.by_trigger)
        side = pictures.groups("By side", found.by_side)
        yield parts.pair(pictures.groups("By exit", found.by_reason), parts.stack(trigger, side))
    yield tables.figures(made.metrics, made.intervals)
    if account.trades:
        yield trade_tables.trades(account.trades[-SHOWN:], has_dates=True)
    if account.facts:
        yield parts.card("Where it comes from", "", parts.facts(account.facts))


def _notes(account: Account) -> Iterator[Html]:
    count = len(account.trades)
    if count < ENOUGH:
        yield parts.note(
            f"{count} trades are too few to say much: intervals below are wide, and a single "
            f"trade can turn the sign. {ENOUGH} are the least for a judgement."
        )
    if account.synthetic:
        yield parts.note(f"Not measured but synthetic: {', '.join(account.synthetic)}.")
    if count > SHOWN:
        yield parts.note(f"Of {count} trades the last {SHOWN} are listed.")


def _tiles(made: Worked) -> Iterator[Tile]:
    trades, days = made.metrics.trades, made.metrics.returns
    paid = f"{rupees(trades.charges.total_rs)} charges paid"
    yield Tile("Net", rs_tile(trades.net_rs, signed=True), paid, tone(trades.net_rs))
    yearly = f"{percent(days.annual_return_pct, signed=True)} a year"
    yield Tile("Return", percent(days.total_return_pct, signed=True), yearly)
    yield Tile("Sharpe", number(days.sharpe), _range(made.intervals.get("sharpe")))
    depth = f"{days.longest_drawdown_days} days the longest"
    yield Tile("Drawdown", percent(days.max_drawdown_pct), depth)
    payoff = f"average win {number(made.metrics.payoff_ratio)} times the loss"
    yield Tile("Won", percent(trades.win_rate_pct, 1), payoff)
    a_trade = f"{rupees(trades.expectancy_rs, signed=True)} a trade"
    yield Tile("Profit factor", number(trades.profit_factor), a_trade)


def _range(found: Interval | None) -> str:
    if found is None:
        return ""
    return f"{found.level:.0%}: {number(found.low)} to {number(found.high)}"
