"""The pictures of a day: the underlying with its trades, the result, the gate funnel."""

from collections.abc import Iterator, Sequence

from rustro_kernel.domain.market_time import HOUR, IST_OFFSET, MINUTE, show_clock
from rustro_kernel.domain.money import rupees
from rustro_kernel.engine.events.positions import PositionClosed, PositionUpdated
from rustro_kernel.engine.events.strategy import DailyDirectionDetermined, EntryEvaluated
from rustro_kernel.engine.turn import Event
from rustro_kernel.pages import parts
from rustro_kernel.pages.amounts import number, rs, rs_short, tone
from rustro_kernel.pages.bars import Bar, bars
from rustro_kernel.pages.html import Html
from rustro_kernel.pages.lines import Line, Mark, Point, Span, picture
from rustro_kernel.records.bars.stated import StatedBar, standing
from rustro_kernel.records.funnel import Funnel, FunnelRow
from rustro_kernel.records.page.tables import plain
from rustro_kernel.records.words import label, value


def day(events: Sequence[Event], trades: Sequence[PositionClosed]) -> Iterator[Html]:
    """Prices of each underlying, then the result."""
    minutes = [bar for bar in standing(events) if bar.timeframe == "1m" and not bar.auction]
    kinds = DailyDirectionDetermined, EntryEvaluated
    names = dict.fromkeys(e.data.underlying for e in events if isinstance(e.data, kinds))
    for name in names:
        ours = sorted((b for b in minutes if b.symbol == name), key=lambda b: b.start_ns)
        if ours:
            yield _prices(name, ours, [t for t in trades if t.underlying == name])
    if trades:
        yield _result(events, trades)


def _prices(name: str, minutes: Sequence[StatedBar], trades: Sequence[PositionClosed]) -> Html:
    closes = [(bar.start_ns + MINUTE, rupees(bar.close_paise)) for bar in minutes]
    held = [Span(t.entry_ns, t.exit_ns, _says(t)) for t in trades]
    drawn = picture(
        [Line(closes)],
        hours(closes),
        says=f"{name}, minute by minute, with entries and exits",
        show=lambda price: number(price, 0),
        height=300,
        marks=[mark for trade in trades for mark in _ends(trade)],
        spans=held,
    )
    about = "Minute closes. Triangles: entry and exit, coloured by what the trade came to; "
    about += "shaded: a position was held."
    return parts.card(name, about if trades else "Minute closes.", drawn)


def _ends(trade: PositionClosed) -> Iterator[Mark]:
    colour, says = tone(trade.net_paise), _says(trade)
    if trade.entry_underlying_paise:  # 0: nobody had seen it
        yield Mark(trade.entry_ns, rupees(trade.entry_underlying_paise), says, colour, "enter")
    if trade.exit_underlying_paise:
        yield Mark(trade.exit_ns, rupees(trade.exit_underlying_paise), says, colour, "leave")


def _says(trade: PositionClosed) -> str:
    times = f"{show_clock(trade.entry_ns)} to {show_clock(trade.exit_ns)}"
    return f"{trade.symbol} {times} {plain(trade.reason)} {rs(trade.net_paise, signed=True)}"


def _result(events: Sequence[Event], trades: Sequence[PositionClosed]) -> Html:
    points = [(at, rupees(paise)) for at, paise in result(events)]
    closings = _closings(trades)
    drawn = picture(
        [Line(points, is_stepped=True, is_filled=True)],
        hours(points),
        says="The day's result over time",
        show=rs_short,
        height=210,
        marks=[Mark(t.exit_ns, rupees(net), _says(t), tone(t.net_paise)) for t, net in closings],
        with_zero=True,
    )
    about = "Rupees. Closed trades net of charges, an open position gross."
    return parts.card("Result", about, drawn)


def _closings(trades: Sequence[PositionClosed]) -> Iterator[tuple[PositionClosed, int]]:
    net = 0
    for trade in trades:
        net += trade.net_paise
        yield trade, net


def result(events: Sequence[Event]) -> list[tuple[int, int]]:
    """The result in paise whenever it was stated anew, from the first bar to the last."""
    stated_ns = [bar.start_ns for bar in standing(events) if bar.timeframe == "1m"]
    gross_open: dict[str, int] = {}
    closed: dict[str, int] = {}
    points = [(min(stated_ns), 0)] if stated_ns else []
    for event in events:
        match event.data:
            case PositionUpdated(position_id=id_, pnl_paise=pnl) if id_ not in closed:
                gross_open[id_] = pnl
            case PositionClosed(position_id=id_, net_paise=net):
                gross_open[id_], closed[id_] = 0, net
            case _:
                continue
        points.append((event.ts, sum(gross_open.values()) + sum(closed.values())))
    end = max(stated_ns, default=0) + MINUTE
    return [*points, (end, points[-1][1])] if points and end > points[-1][0] else points


def hours(points: Sequence[Point]) -> list[tuple[float, str]]:
    """The full hours of the clock within some points' time."""
    if not points:
        return []
    first, last = int(points[0][0]), int(points[-1][0])
    start = -(-(first + IST_OFFSET) // HOUR) * HOUR - IST_OFFSET
    return [(ns, show_clock(ns)[:5]) for ns in range(start, last + 1, HOUR)]


def funnel(found: Funnel) -> Html:
    """How far the minutes came."""
    main = [row for row in found.rows if "." not in row.gate]
    drawn = bars([_gate(row, found.evaluated) for row in main], says="minutes at each gate")
    about = f"Of {found.evaluated} minutes {found.passed} passed all. "
    about += "Each bar: the minutes that came as far; dark: those that stopped there."
    return parts.card(f"Gate funnel, {found.underlying}", about, drawn)


def _gate(row: FunnelRow, most: int) -> Bar:
    last = f"last {value(row.last_value, row.gate)} against {value(row.threshold, row.gate)}"
    shown = f"{row.stopped} of {row.reached}" if row.reached else "none came"
    tone_ = "accent" if row.stopped else ""
    return Bar(
        plain(label(row.gate)), row.stopped, shown, tone_, row.reached, f"{row.gate}: {last}"
    )
