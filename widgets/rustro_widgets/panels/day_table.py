"""The day's orders and trades, out of its events: pure."""

from collections.abc import Iterable
from typing import NamedTuple

from rustro_kernel.domain.market_time import show_clock
from rustro_kernel.engine.events.orders import (
    OrderAbsent,
    OrderCancelled,
    OrderExecuted,
    OrderPartiallyFilled,
    OrderRejected,
    OrderSubmissionRequired,
)
from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.engine.turn import Event
from rustro_widgets.panels.day import Day
from rustro_widgets.panels.state_strip import sign_class
from rustro_widgets.panels.tables import row, table
from rustro_widgets.panels.words import NONE, escape, price, signed

ORDER_KINDS = (
    *(OrderSubmissionRequired, OrderPartiallyFilled, OrderExecuted, OrderCancelled),
    *(OrderRejected, OrderAbsent),
)
ORDER_HEAD = ("time", "order", "side", "units", "try", "limit", "filled", "at", "state")
TRADE_HEAD = ("bought", "sold", "trade", "units", "entry", "exit", "charges", "net", "why")
MOST = 60


class OrderRow(NamedTuple):
    """One order of the day, as far as it came."""

    sent: OrderSubmissionRequired
    ts_ns: int
    state: str = "sent"
    filled: int = 0
    value_paise: int = 0


def orders(day: Day) -> list[OrderRow]:
    """The day's orders, first to last."""
    events = sorted((e for kind in ORDER_KINDS for e in day.listed[kind]), key=_seq)
    found: dict[str, OrderRow] = {}
    for event in events:
        data = event.data
        if isinstance(data, OrderSubmissionRequired):
            found[data.tag] = OrderRow(data, event.ts)
        elif (tag := getattr(data, "tag", "")) in found:
            found[tag] = _further(found[tag], data)
    return list(found.values())


def _further(order: OrderRow, data: object) -> OrderRow:
    """What a report makes of an order."""
    match data:
        case OrderPartiallyFilled():
            return order._replace(
                state="part filled", filled=data.filled, value_paise=data.value_paise
            )
        case OrderExecuted():
            return order._replace(state="filled", filled=data.filled, value_paise=data.value_paise)
        case OrderCancelled():
            return order._replace(
                state="cancelled", filled=data.filled, value_paise=data.value_paise
            )
        case OrderRejected():
            return order._replace(state=f"rejected: {data.message}")
        case _:
            return order._replace(state="never reached the broker")


def seen_orders(day: Day) -> object:
    """Changes when the table of orders does."""
    return day, *(len(day.listed[kind]) for kind in (*ORDER_KINDS, PositionClosed))


def orders_html(day: Day) -> str:
    """The last orders of the day, the newest first."""
    found = orders(day)
    if not found:
        return '<div class="rustro-heading">No order was sent today</div>'
    rows = [_order(order) for order in reversed(found[-MOST:])]
    return f"{_heading(len(found), 'order')}{table(ORDER_HEAD, rows)}"


def trades_html(closed: Iterable[Event]) -> str:
    """The day's trades, the newest first."""
    found = [e.data for e in closed if isinstance(e.data, PositionClosed)]
    if not found:
        return '<div class="rustro-heading">No trade was closed today</div>'
    rows = [_trade(trade) for trade in reversed(found)]
    total = sum(trade.net_paise for trade in found)
    return f"{_heading(len(found), 'trade', f', net {signed(total)}')}{table(TRADE_HEAD, rows)}"


def _order(order: OrderRow) -> str:
    sent = order.sent
    average = price(order.value_paise / order.filled) if order.filled else NONE
    cells = (
        show_clock(order.ts_ns),
        escape(sent.symbol),
        escape(sent.side),
        str(sent.units),
        str(sent.attempt + 1),  # counted from 0
        price(sent.limit_paise),
        str(order.filled),
        average,
        escape(order.state),
    )
    return row(cells)


def _trade(trade: PositionClosed) -> str:
    cells = (
        show_clock(trade.entry_ns),
        show_clock(trade.exit_ns),
        escape(trade.symbol),
        str(trade.units),
        price(trade.buy_value_paise / trade.units),
        price(trade.sell_value_paise / trade.units),
        price(trade.charges_paise),
        f'<span class="{sign_class(trade.net_paise)}">{signed(trade.net_paise)}</span>',
        escape(trade.reason.replace("_", " ").lower()),
    )
    return row(cells)


def _heading(count: int, thing: str, more: str = "") -> str:
    plural = "" if count == 1 else "s"
    return f'<div class="rustro-heading">{count} {thing}{plural}{more}</div>'


def _seq(event: Event) -> int:
    return event.seq
