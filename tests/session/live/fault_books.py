"""Both sides' books of a day, held against one another: the ledger's and the exchange's own."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise

import msgspec

from rustro_kernel.engine.events.orders import FillRevalued, UnclosedAtClose
from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.engine.turn import Event
from rustro_kernel.records import layout
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.order_rows import OrderRow
from rustro_kernel.simulator.exchange.order import Order
from tests.session.live.fault_day import Day

NEVER_THERE = {"absent", "rejected", "cancelled"}
ENDS = {"complete": "executed", "cancelled": "cancelled", "rejected": "rejected"}
KEY = 16
"""Characters of a tag that name the intent; behind them stands the attempt."""


def ledger_orders(day: Day) -> dict[str, OrderRow]:
    """orders.jsonl by tag."""
    lines = (day.folder / layout.ORDERS).read_bytes().splitlines()
    rows = [msgspec.json.decode(line, type=OrderRow) for line in lines]
    assert len({row.tag for row in rows}) == len(rows)
    return {row.tag: row for row in rows}


def events(day: Day) -> list[Event]:
    return list(read_events(day.folder))


def trades(day: Day) -> list[PositionClosed]:
    return [e.data for e in events(day) if isinstance(e.data, PositionClosed)]


def differences(day: Day) -> list[str]:
    """Where the two sides say different things; empty if they agree to the paisa."""
    ours, theirs = ledger_orders(day), list(day.exchange.day.desk)
    return [
        *_tags(ours, theirs),
        *(text for order in theirs if (row := ours.get(order.form.tag))
          for text in _order(row, order)),
        *_one_at_a_time(theirs),
        *_holdings(day, ours),
        *_cash(day),
        *_never(day),
    ]  # fmt: skip


def _tags(ours: dict[str, OrderRow], theirs: list[Order]) -> Iterator[str]:
    """Every order at the exchange is one of ours and is there once; what is not, never lived."""
    there = Counter(order.form.tag for order in theirs)
    for tag, count in there.items():
        if count != 1 or tag not in ours:
            yield f"{count} orders at the exchange carry tag {tag!r}"
    for row in ours.values():
        if row.tag not in there and (row.filled or row.state not in NEVER_THERE):
            yield f"{row.tag} is {row.state} with {row.filled} filled and never was at the exchange"


def _order(row: OrderRow, order: Order) -> Iterator[str]:
    if (row.filled, row.value_paise) != (order.filled, order.value):
        yield (
            f"{row.tag}: {row.filled} units for {row.value_paise}, "
            f"at the exchange {order.filled} for {order.value}"
        )
    if ENDS.get(order.status) != row.state:
        yield f"{row.tag} is {row.state}, at the exchange {order.status}"


def _one_at_a_time(theirs: list[Order]) -> Iterator[str]:
    """At no time two living orders of one intent."""
    intents = defaultdict(list)
    for order in theirs:
        intents[order.form.tag[:KEY]].append(order)
    for orders in intents.values():
        for one, two in pairwise(sorted(orders, key=lambda order: order.placed_ns)):
            if two.placed_ns < one.updated_ns:
                yield f"{two.form.tag} was placed while {one.form.tag} lived"


def _holdings(day: Day, ours: dict[str, OrderRow]) -> Iterator[str]:
    """Nothing is held; what was never closed has been said."""
    held: Counter[str] = Counter()
    for row in ours.values():
        held[row.symbol] += row.filled if row.side == "BUY" else -row.filled
    unclosed = {e.data.symbol for e in events(day) if isinstance(e.data, UnclosedAtClose)}
    positions = day.exchange.day.pit.portfolio.positions.values()
    net = {position.listed.symbol: position.net for position in positions}
    for symbol in held | net:
        if held[symbol] != net.get(symbol, 0):
            yield f"{symbol}: {held[symbol]} held, at the exchange {net.get(symbol, 0)}"
        if net.get(symbol, 0) and symbol not in unclosed:
            yield f"{symbol}: {net[symbol]} are left and nobody said so"


def _cash(day: Day) -> Iterator[str]:
    """Without anything left the trades have earned what the premiums did."""
    earned = -day.exchange.day.pit.portfolio.premium
    gross = sum(trade.gross_paise for trade in trades(day))
    for event in events(day):  # exact values that came when the trade was stated
        if isinstance(event.data, FillRevalued) and event.data.is_after_trade:
            is_buy = ledger_orders(day)[event.data.tag].side == "BUY"
            gross += -event.data.change_paise if is_buy else event.data.change_paise
    if earned != gross:
        yield f"the trades have earned {gross}, at the exchange {earned}"


def _never(day: Day) -> Iterator[str]:
    """What the exchange counts and must not happen."""
    for name, count in day.exchange.day.pit.portfolio.violations.items():
        yield f"{count} times {name} at the exchange"
    for order in day.exchange.day.pit.live:
        yield f"{order.form.tag} still lives at the exchange"
