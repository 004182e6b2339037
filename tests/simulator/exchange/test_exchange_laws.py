"""Whatever is asked of it, the exchange's books agree with each other and with its stream."""

from hypothesis import given, settings, strategies as st

from rustro_kernel.simulator.exchange.order import FINAL
from tests.simulator.exchange.make import Trader, exchange, listed

SIDES = st.sampled_from(["BUY", "SELL"])
LOTS = st.integers(1, 30)
OFFSETS = st.integers(-40, 40)
PLACES = st.tuples(st.just("place"), SIDES, LOTS, OFFSETS)
STOPS = st.tuples(st.just("stop"), SIDES, LOTS, OFFSETS)
CHANGES = st.tuples(st.just("modify"), st.integers(0, 20), LOTS, OFFSETS)
CANCELS = st.tuples(st.just("cancel"), st.integers(0, 20))
PAUSES = st.sampled_from([0.0, 0.03, 0.07, 0.2, 3.0, 60.0])
DAYS = st.lists(st.tuples(PAUSES, PLACES | STOPS | CHANGES | CANCELS), max_size=25)


def do(trader, option, what):
    """One request; offsets are ticks of Rs 0.50 from the best bid."""
    name, *rest = what
    orders = list(trader.exchange.day.desk)
    if name in ("modify", "cancel") and not orders:
        return
    if name == "cancel":
        order = orders[rest[0] % len(orders)]
        trader.call("cancelOrder", variety=order.form.variety, orderid=order.id)
        return
    price = (trader.touch(option)[0] + 50 * rest[2]) / 100
    fields = {"quantity": 65 * rest[1], "price": price}
    if name == "place":
        trader.call("placeOrder", **trader.ask_for(option, transactiontype=rest[0], **fields))
    elif name == "stop":
        fields |= {"variety": "STOPLOSS", "ordertype": "STOPLOSS_LIMIT", "triggerprice": price}
        trader.call("placeOrder", **trader.ask_for(option, transactiontype=rest[0], **fields))
    else:
        order = orders[rest[0] % len(orders)]
        same = {"variety": order.form.variety, "ordertype": order.form.order_type}
        fields |= {**same, "orderid": order.id, "triggerprice": price}
        trader.call("modifyOrder", **trader.ask_for(option, **fields))


def played(day):
    trader = Trader(exchange())
    option = listed(trader.exchange)
    for pause, what in day:
        trader.wait(pause)
        do(trader, option, what)
    return trader.wait(1)


@given(DAYS)
@settings(max_examples=40)
def test_funds_positions_and_trades_agree(day):
    trader = played(day)
    trades, cash, net = trader.data("getTradeBook") or [], 1_000_000.0, 0
    for trade in trades:
        sign = 1 if trade["transactiontype"] == "BUY" else -1
        cash -= sign * float(trade["tradevalue"])
        net += sign * int(trade["fillsize"])
    portfolio = trader.exchange.day.pit.portfolio
    assert abs(portfolio.funds - portfolio.premium - round(100 * cash)) < 1
    rows = trader.data("getPosition") or []
    assert sum(int(row["netqty"]) for row in rows) == net
    for row in trader.data("getOrderBook") or []:
        mine = [trade for trade in trades if trade["orderid"] == row["orderid"]]
        assert sum(int(trade["fillsize"]) for trade in mine) == int(row["filledshares"])


@given(DAYS)
@settings(max_examples=40)
def test_no_order_trades_more_than_asked_or_beyond_its_limit(day):
    trader = played(day)
    for order in trader.exchange.day.desk:
        assert order.filled + order.cancelled <= order.form.quantity
        side, limit = order.form.side.value, order.form.price
        if "AB11" not in trader.codes(order.id):  # a changed limit was another one before
            assert all(f.price <= limit if side == "BUY" else f.price >= limit for f in order.fills)
        assert (order.status == "complete") is (order.filled == order.form.quantity)
        assert (order.id in {live.id for live in trader.exchange.day.pit.live}) is (
            order.status not in FINAL
        )


@given(DAYS)
@settings(max_examples=40)
def test_the_streams_last_word_is_the_books(day):
    trader = played(day)
    told = {m["orderData"]["orderid"]: m["orderData"] for m in trader.messages}
    for row in trader.data("getOrderBook") or []:
        assert row.items() >= told[row["orderid"]].items()
    for order_id in told:
        mine = [m["orderData"] for m in trader.messages if m["orderData"]["orderid"] == order_id]
        filled = [int(one["filledshares"]) for one in mine]
        assert filled == sorted(filled)
        assert all(one["status"] not in FINAL for one in mine[:-1])


@given(DAYS)
@settings(max_examples=20)
def test_the_same_day_gives_the_same_everything(day):
    one, two = played(day), played(day)
    assert one.messages == two.messages
    assert one.data("getOrderBook") == two.data("getOrderBook")
