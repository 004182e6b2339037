"""Trades as rows of the trade book; all values are texts."""

from collections.abc import Iterable

from rustro_kernel.domain.market_time import show_clock
from rustro_kernel.simulator.exchange.formats import money
from rustro_kernel.simulator.exchange.order import Fill, Order
from rustro_kernel.simulator.exchange.order_rows import Row, contract


def trade_rows(orders: Iterable[Order]) -> list[Row]:
    """Every trade of the day, oldest first; all values are texts."""
    trades = [(order, fill) for order in orders for fill in order.fills]
    trades.sort(key=lambda trade: (trade[1].ts_ns, trade[1].id))
    return [_trade_row(order, fill) for order, fill in trades]


def _trade_row(order: Order, fill: Fill) -> Row:
    listed = order.listed
    terms = contract(listed)
    return {
        "exchange": listed.exchange,
        "producttype": order.form.product,
        "tradingsymbol": listed.symbol,
        "instrumenttype": terms["instrumenttype"],
        "symbolgroup": "",
        "strikeprice": str(terms["strikeprice"]),
        "optiontype": terms["optiontype"],
        "expirydate": terms["expirydate"],
        "marketlot": terms["lotsize"],
        "precision": "2",
        "multiplier": "-1",
        "tradevalue": money(fill.price * fill.units),
        "transactiontype": order.form.side.value,
        "fillprice": money(fill.price),
        "fillsize": str(fill.units),
        "orderid": order.id,
        "fillid": fill.id,
        "filltime": show_clock(fill.ts_ns),
    }
