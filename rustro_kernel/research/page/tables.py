"""The tables of a backtest: months, and every figure with what it means."""

from collections import Counter
from collections.abc import Iterator, Mapping

from rustro_kernel.pages import parts
from rustro_kernel.pages.amounts import amount, duration, number, percent, rupees
from rustro_kernel.pages.html import Html
from rustro_kernel.pages.parts import Column
from rustro_kernel.research.bootstrap import Interval
from rustro_kernel.research.daily import Daily
from rustro_kernel.research.metrics import Metrics

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
Row = tuple[str, str, str, str]


def months(days: Daily) -> Html:
    """Net by month, in whole rupees."""
    nets: Counter[tuple[int, int]] = Counter()
    for date, net in zip(days.dates, days.net_paise.tolist(), strict=True):
        nets[date.year, date.month] += net
    years = sorted({year for year, _ in nets})
    rows = [[str(year), *_year(nets, year)] for year in years]
    columns = [Column("Rs"), *(Column(name, "signed") for name in (*MONTHS, "year"))]
    return parts.card("Months", "", parts.table(columns, rows))


def _year(nets: Mapping[tuple[int, int], int], year: int) -> Iterator[str]:
    for month in range(1, 13):
        yield _whole(nets[year, month]) if (year, month) in nets else ""
    yield _whole(sum(net for (y, _), net in nets.items() if y == year))


def _whole(paise: int) -> str:
    return amount(round(paise / 100) * 100, signed=True).removesuffix(".00")


def figures(found: Metrics, sure: Mapping[str, Interval]) -> Html:
    """Every figure, how sure it is, and what it means."""
    columns = (
        Column("figure"),
        Column("value", "number"),
        Column("90 % of resampled days", "number"),
        Column("what it is", "wide"),
    )
    rows = [*_of_days(found, sure), *_of_trades(found)]
    return parts.card("Figures", "", parts.table(columns, rows))


def _of_days(found: Metrics, sure: Mapping[str, Interval]) -> Iterator[Row]:
    days = found.returns
    total, fall = _ends(sure, "total_return_pct"), _ends(sure, "max_drawdown_pct")
    yield "Return", percent(days.total_return_pct), total, "growth of the equity over all days"
    yield "Return a year", percent(days.annual_return_pct), "", "constant growth to the same end"
    yield "Volatility a year", percent(days.annual_volatility_pct), "", "of daily returns, n - 1"
    yield "Sharpe", number(days.sharpe), _ends(sure, "sharpe"), "mean over deviation, annualised"
    yield "Sortino", number(days.sortino), _ends(sure, "sortino"), "mean over downside deviation"
    yield "Calmar", number(days.calmar), "", "return a year over deepest drawdown"
    yield "Drawdown", percent(days.max_drawdown_pct), fall, "deepest fall below the highest equity"
    yield "Longest drawdown", f"{days.longest_drawdown_days} days", "", "below an earlier equity"
    skill = "chance that the true Sharpe ratio is above 0, for a single try"
    yield "Skill", percent(days.skill_pct, 1), "", skill
    moments = f"{number(days.skewness)}, {number(days.kurtosis)}"
    yield "Skewness, kurtosis", moments, "", "of daily returns; 0 and 3 for a normal distribution"
    best = f"{rupees(days.best_day_rs, signed=True)}, {rupees(days.worst_day_rs)}"
    yield "Best, worst day", best, "", "net"
    traded = f"{days.days_traded} of {days.days}"
    yield "Days traded", traded, "", f"{percent(days.winning_days_pct, 1)} of them won"


def _of_trades(found: Metrics) -> Iterator[Row]:
    trades, hold = found.trades, found.trades.hold
    won = f"{trades.wins} won, {trades.losses} lost"
    yield "Win rate", percent(trades.win_rate_pct, 1), "", won
    yield "Profit factor", number(trades.profit_factor), "", "sum of wins over sum of losses"
    yield "Expectancy", rupees(trades.expectancy_rs, signed=True), "", "mean net of a trade"
    yield "Payoff", number(found.payoff_ratio), "", "average win over average loss"
    largest = f"{rupees(trades.largest_win_rs, signed=True)}, {rupees(trades.largest_loss_rs)}"
    yield "Largest win, loss", largest, "", "net"
    average = f"{rupees(trades.average_win_rs, signed=True)}, {rupees(trades.average_loss_rs)}"
    yield "Average win, loss", average, "", "net"
    rows = f"{found.longest_wins}, {found.longest_losses}"
    yield "In a row", rows, "", "most wins, most losses"
    yield "Exposure", percent(found.exposure_pct), "", "time with a position, of open hours"
    yield "Held", duration(hold.mean_s if hold else None), "", "mean, from first buy to last sell"
    yield "Gross", rupees(trades.gross_rs, signed=True), "", "before charges"
    yield "Charges", rupees(trades.charges.total_rs), "", "all of them, by the rates of each day"
    yield "Slippage", rupees(trades.slippage_rs), "", "paid away from the price of each decision"


def _ends(sure: Mapping[str, Interval], name: str) -> str:
    found = sure.get(name)
    return f"{number(found.low)} to {number(found.high)}" if found else ""
