"""The tables of a day: trades and what they came from, figures, the day line by line."""

from collections.abc import Iterator, Sequence

from rustro_kernel.domain.market_time import SECOND, show_clock, show_time
from rustro_kernel.domain.money import round_half_up
from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.engine.turn import Event
from rustro_kernel.pages import parts
from rustro_kernel.pages.amounts import amount, duration, number, percent, rupees
from rustro_kernel.pages.html import Html
from rustro_kernel.pages.parts import Column
from rustro_kernel.records.attribution import Attribution
from rustro_kernel.records.report import Report
from rustro_kernel.records.story import line

TRADES = (
    Column("symbol"),
    Column("trigger"),
    Column("in"),
    Column("out"),
    Column("held", "number"),
    Column("units", "number"),
    Column("entry", "number"),
    Column("exit", "number"),
    Column("why out"),
    Column("gross", "signed"),
    Column("charges", "number"),
    Column("net", "signed"),
)


def trades(found: Sequence[PositionClosed], *, has_dates: bool = False) -> Html:
    """Every round trip and their sum; of several days with the date of each."""
    rows = [_trade(trade, has_dates=has_dates) for trade in found]
    sums = [
        amount(sum(t.gross_paise for t in found), signed=True),
        amount(sum(t.charges_paise for t in found)),
        amount(sum(t.net_paise for t in found), signed=True),
    ]
    total = ["all", *[""] * 8, *sums]
    about = "Rupees. Entry and exit: average fills. Why out: the first reason, then the others."
    return parts.card("Trades", about, parts.table(TRADES, [*rows, total], has_total=True))


def _trade(trade: PositionClosed, *, has_dates: bool) -> list[str]:
    times = show_clock(trade.entry_ns), show_clock(trade.exit_ns)
    if has_dates:
        times = show_time(trade.entry_ns)[:16], times[1][:5]
    return [
        trade.symbol,
        plain(trade.trigger),
        *times,
        duration((trade.exit_ns - trade.entry_ns) / SECOND),
        str(trade.units),
        amount(round_half_up(trade.buy_value_paise, trade.units or 1)),
        amount(round_half_up(trade.sell_value_paise, trade.units or 1)),
        plain(", ".join((trade.reason, *trade.secondary))),
        amount(trade.gross_paise, signed=True),
        amount(trade.charges_paise),
        amount(trade.net_paise, signed=True),
    ]


def plain(word: str) -> str:
    """A word of the records as people write it: TRAILING_STOP is trailing stop."""
    return word.replace("_", " ").lower()


PARTS = ("delta", "gamma", "theta", "vega", "spread", "charges", "residual")


def attribution(found: Sequence[PositionClosed], parts_of: Sequence[Attribution | None]) -> Html:
    """What each trade's net is made of."""
    columns = [Column("symbol"), *(Column(f"{name} Rs", "signed") for name in (*PARTS, "net"))]
    rows = [_parts(trade, one) for trade, one in zip(found, parts_of, strict=True)]
    known = [one for one in parts_of if one is not None]
    if len(known) > 1:
        sums = [sum(one.parts[name] for one in known) for name in PARTS]
        net = sum(one.net_paise for one in known)
        rows.append(["all", *(amount(paise, signed=True) for paise in (*sums, net))])
    about = (
        "Delta and gamma: the index moved. Theta: time passed. Vega: implied volatility changed. "
        "Spread: between mid price and fills, with what waiting for the fill cost. Residual: what "
        "second order does not explain. By Black-76 on the mids at both ends."
    )
    shown = parts.table(columns, rows, has_total=len(known) > 1)
    return parts.card("Where the result came from", about, shown)


def _parts(trade: PositionClosed, one: Attribution | None) -> list[str]:
    net = amount(trade.net_paise, signed=True)
    if one is None:  # no volatility gives the premium that was paid
        return [trade.symbol, *["\u2013"] * len(PARTS), net]
    return [trade.symbol, *(amount(one.parts[n], signed=True) for n in PARTS), net]


def day_figures(report: Report) -> Html:
    """The figures of the trades."""
    found, hold = report.trades, report.trades.hold
    rows = [
        ("Win rate", percent(found.win_rate_pct)),
        ("Profit factor", number(found.profit_factor)),
        ("Expectancy", f"{rupees(found.expectancy_rs, signed=True)} a trade"),
        ("Average win, loss", _two(found.average_win_rs, found.average_loss_rs)),
        ("Largest win, loss", _two(found.largest_win_rs, found.largest_loss_rs)),
        ("CE", _side(found.ce.trades, found.ce.net_rs)),
        ("PE", _side(found.pe.trades, found.pe.net_rs)),
        ("Held, mean", duration(hold.mean_s if hold else None)),
        ("Held, shortest to longest", _held(hold.shortest_s, hold.longest_s) if hold else "\u2013"),
        ("Slippage against decisions", rupees(found.slippage_rs)),
    ]
    return parts.card("Figures", "", parts.facts(rows))


def _two(win: float | None, loss: float | None) -> str:
    return f"{rupees(win, signed=True)}, {rupees(loss)}"


def _side(count: int, net_rs: float) -> str:
    return f"{count}, {rupees(net_rs, signed=True)}"


def _held(shortest_s: float, longest_s: float) -> str:
    return f"{duration(shortest_s)} to {duration(longest_s)}"


def order_figures(report: Report) -> Html:
    """Orders, data, breakers and the machine."""
    orders, data, health = report.orders, report.data, report.health
    spoken = [f"{name} {count}" for name, count in report.risk.items() if count]
    lag = f", worst lag {number(health.worst_lag_ms, 0)} ms" if health.worst_lag_ms else ""
    rows = [
        ("Signals, intents", f"{orders.signals}, {orders.intents}"),
        (
            "Orders",
            f"{orders.orders_placed}: {orders.filled} filled, {orders.partly_filled} partly",
        ),
        ("Not filled", f"{orders.cancelled_unfilled} cancelled, {orders.rejected} rejected"),
        ("Refused before sending", str(orders.refused_before_sending)),
        ("Retries, chases", f"{orders.retries}, {orders.chases}"),
        ("Gaps, recovered", f"{data.gaps}, {data.recoveries}"),
        ("Disconnections", str(data.disconnections)),
        ("Ticks quarantined", number(data.quarantined, 0)),
        ("Breakers and limits", ", ".join(spoken) or "none spoke"),
        ("Up", f"{duration(health.uptime_s)}{lag}"),
    ]
    return parts.card("Orders, data, machine", "", parts.facts(rows))


def timeline(events: Sequence[Event]) -> Html:
    """Signals, orders and positions, line by line."""
    rows = list(_lines(events))
    shown = parts.table((Column("time"), Column("what", "wide")), rows)
    told = parts.folded(f"{len(rows)} lines", shown)
    return parts.card("The day, line by line", "", told) if rows else Html("")


def _lines(events: Sequence[Event]) -> Iterator[tuple[str, str]]:
    for event in events:
        if says := line(event.data):
            yield show_clock(event.ts), says


def origin(report: Report) -> Html:
    """What the day was made with."""
    run = report.run
    rows = [
        ("Session", run.session_id),
        ("Mode, account", f"{run.mode}, {run.account}"),
        ("Strategy", run.strategy),
        ("Data", run.data or "the broker's stream"),
        ("Configuration", run.config_hash),
        ("Ended", f"{run.reason} (exit code {run.exit_code})"),
        ("Events", number(run.events, 0)),
    ]
    return parts.card("Where it comes from", "", parts.facts(rows))
