"""What becomes of orders: refusals, states, fills, changes; and what the books say of them."""

import pytest

from tests.simulator.exchange.make import Trader, exchange, listed

CASES = [
    ({"variety": "AMO"}, "AB1008"),
    ({"variety": "ROBO"}, "AB2002"),
    ({"producttype": "NRML"}, "AB1012"),
    ({"ordertag": "x" * 20}, "AB4008"),
    ({"ordertype": "STOPLOSS_LIMIT"}, "AB1007"),
    ({"transactiontype": "HOLD"}, "AB1007"),
    ({"symboltoken": ""}, "AB4006"),
    ({"symboltoken": "1"}, "AB1009"),
    ({"tradingsymbol": "NIFTY"}, "AB1009"),
    ({"exchange": "NSE"}, "AB1009"),
    ({"quantity": "0"}, "AB1007"),
    ({"quantity": "6.5"}, "AB1007"),
    ({"price": "abc"}, "AB1007"),
    ({"price": "100.03"}, "AB1007"),
    ({"price": "0"}, "AB1007"),
    ({"price": "9999"}, "AB1007"),
    ({"ordertype": "MARKET"}, "AB1007"),
    ({"duration": "IOC"}, "AB1007"),
]


@pytest.fixture
def trader():
    return Trader(exchange())


@pytest.fixture
def option(trader):
    return listed(trader.exchange)


def finished(trader, order_id):
    """The order after everything on its way has arrived."""
    return trader.wait(0.2).order(order_id)


@pytest.mark.parametrize(("fields", "code"), CASES)
def test_a_wrong_order_is_refused_at_once(trader, option, fields, code):
    answer = trader.call("placeOrder", **trader.ask_for(option, **fields))
    assert (answer["status"], answer["errorcode"], answer["data"]) == (False, code, None)
    assert trader.data("getOrderBook") is None


def test_an_index_cannot_be_ordered(trader):
    index = next(iter(trader.exchange.day.listing))
    option = listed(trader.exchange)
    names = {"tradingsymbol": index.symbol, "symboltoken": index.token, "exchange": "NSE"}
    assert trader.call("placeOrder", **trader.ask_for(option, **names))["errorcode"] == "AB1009"


def test_the_answer_knows_only_that_it_was_received(trader, option):
    answer = trader.data("placeOrder", **trader.ask_for(option, ordertag="t1"))
    assert set(answer) == {"script", "orderid", "uniqueorderid"}
    assert answer["script"] == option.symbol
    assert len(answer["orderid"]) == 15
    assert answer["orderid"].startswith("260909")
    row = trader.order(answer["orderid"])
    assert (row["status"], row["filledshares"], row["exchangeorderid"]) == (
        "validation pending",
        "0",
        "",
    )


def test_a_marketable_order_trades_at_the_shown_price_and_skips_open(trader, option):
    _, ask = trader.touch(option)
    order_id = trader.place(option)
    row = finished(trader, order_id)
    assert (row["status"], row["filledshares"], row["unfilledshares"]) == ("complete", "65", "0")
    assert row["averageprice"] == ask / 100
    assert trader.codes(order_id) == ["AB09", "AB05"]


def test_a_row_has_the_brokers_types(trader, option):
    row = finished(trader, trader.place(option))
    floats = {name for name, value in row.items() if isinstance(value, float)}
    assert floats == {
        "price", "triggerprice", "squareoff", "stoploss", "trailingstoploss", "averageprice",
        "strikeprice",
    }  # fmt: skip
    assert all(isinstance(value, str) for name, value in row.items() if name not in floats)
    assert row["strikeprice"] == option.instrument.strike / 100
    assert row["updatetime"] == "09-Sep-2026 10:00:00"


def test_a_large_order_is_filled_by_what_is_shown_and_stays_open(trader, option):
    lot = option.instrument.lot
    shown = trader.just_quoted(option).exchange.day.snapshot(option, trader.now).asks[0]
    order_id = trader.place(option, price=shown.price / 100, quantity=shown.quantity + lot)
    row = finished(trader, order_id)
    assert (row["status"], row["filledshares"]) == ("open", str(shown.quantity))
    assert row["unfilledshares"] == str(lot)
    assert trader.codes(order_id) == ["AB09", "AB01"]


def test_a_resting_order_trades_at_its_own_price_when_a_quote_reaches_it(trader, option):
    bid, _ = trader.touch(option)
    order_id = trader.place(option, price=(bid - 50) / 100)
    assert finished(trader, order_id)["status"] == "open"
    for _ in range(600):
        if trader.wait(10).order(order_id)["status"] == "complete":
            break
    assert trader.order(order_id)["averageprice"] == (bid - 50) / 100


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"quantity": 64}, "lot size"),
        ({"quantity": 1885}, "freeze quantity"),
        ({"transactiontype": "SELL", "quantity": 1755}, "Insufficient Funds"),
    ],
)
def test_what_risk_and_exchange_refuse_is_rejected_a_moment_later(trader, option, fields, words):
    price = trader.touch(option)[0] / 100
    order_id = trader.place(option, price=price, **fields)
    row = finished(trader, order_id)
    assert row["status"] == "rejected"
    assert words in row["text"]
    assert trader.codes(order_id) == ["AB03"]
    assert trader.messages[-1]["orderData"]["text"] == row["text"]


def test_a_buy_beyond_the_money_is_rejected_and_the_money_is_free_again(trader, option):
    before = trader.data("getRMS")["availablecash"]
    units = 26 * option.instrument.lot
    bought = [trader.place(option, quantity=units, price=trader.touch(option)[0] / 100 - 1)]
    while finished(trader, bought[-1])["status"] == "open":
        price = trader.touch(option)[0] / 100 - 1
        bought.append(trader.place(option, quantity=units, price=price))
    assert trader.order(bought[-1])["text"].startswith("Insufficient Funds: short by Rs.")
    for order_id in bought[:-1]:
        trader.data("cancelOrder", variety="NORMAL", orderid=order_id)
    assert trader.wait(1).data("getRMS")["availablecash"] == before


def test_cancel_is_confirmed_later_and_stands(trader, option):
    order_id = trader.place(option, price=(trader.touch(option)[0] - 500) / 100)
    trader.wait(0.2)
    answer = trader.data("cancelOrder", variety="NORMAL", orderid=order_id)
    assert set(answer) == {"orderid", "uniqueorderid"}
    assert trader.order(order_id)["status"] == "cancel pending"
    row = finished(trader, order_id)
    assert (row["status"], row["cancelsize"]) == ("cancelled", "65")
    assert trader.codes(order_id) == ["AB09", "AB01", "AB02"]
    again = trader.call("cancelOrder", variety="NORMAL", orderid=order_id)
    assert (again["status"], again["errorcode"]) == (False, "AB1007")


def test_a_cancel_that_overtakes_its_order_wins(trader, option):
    order_id = trader.place(option)
    trader.data("cancelOrder", variety="NORMAL", orderid=order_id)
    row = finished(trader, order_id)
    assert (row["status"], row["filledshares"]) == ("cancelled", "0")


def test_a_fill_on_the_way_of_a_cancel_wins(trader, option):
    order_id = trader.place(option)
    trader.wait(0.09)
    trader.data("cancelOrder", variety="NORMAL", orderid=order_id)
    assert finished(trader, order_id)["status"] == "complete"


def test_a_modification_goes_through_pending_and_modified(trader, option):
    bid, ask = trader.touch(option)
    order_id = trader.place(option, price=(bid - 500) / 100)
    trader.wait(0.2)
    changed = trader.ask_for(option, orderid=order_id, price=(bid - 300) / 100, quantity=130)
    trader.data("modifyOrder", **changed)
    assert trader.order(order_id)["status"] == "modify pending"
    row = finished(trader, order_id)
    assert (row["status"], row["quantity"], row["price"]) == ("open", "130", (bid - 300) / 100)
    assert trader.codes(order_id) == ["AB09", "AB01", "AB11", "AB04", "AB01"]
    trader.data("modifyOrder", **{**changed, "price": (ask + 500) / 100})
    assert finished(trader, order_id)["status"] in ("complete", "open")
    assert trader.data("getTradeBook")


def test_a_modification_names_the_right_variety_and_instrument(trader, option):
    order_id = trader.place(option, price=(trader.touch(option)[0] - 500) / 100)
    trader.wait(0.2)
    wrong = trader.ask_for(option, orderid=order_id, variety="STOPLOSS")
    assert trader.call("modifyOrder", **wrong)["errorcode"] == "AB1008"
    other = trader.ask_for(option, orderid=order_id, tradingsymbol="NIFTY")
    assert trader.call("modifyOrder", **other)["errorcode"] == "AB1009"
    missing = trader.call("cancelOrder", variety="NORMAL", orderid="260909000000000")
    assert missing["errorcode"] == "AB1013"


STOP = {"variety": "STOPLOSS", "ordertype": "STOPLOSS_LIMIT", "transactiontype": "SELL"}


def test_a_stop_waits_for_its_trigger_then_trades(trader, option):
    trader.place(option)
    trader.wait(1)
    bid, _ = trader.touch(option)
    stop = {**STOP, "triggerprice": (bid - 100) / 100, "price": (bid - 600) / 100}
    order_id = trader.place(option, **stop)
    assert finished(trader, order_id)["status"] == "trigger pending"
    assert trader.codes(order_id) == ["AB09", "AB10"]
    for _ in range(1000):
        if trader.wait(10).order(order_id)["status"] == "complete":
            break
    assert trader.order(order_id)["averageprice"] >= (bid - 600) / 100
    assert trader.exchange.day.pit.portfolio.violations == {}


@pytest.mark.parametrize(
    ("side", "trigger", "price"), [("SELL", 100, 101), ("BUY", 101, 100), ("BUY", 0, 100)]
)
def test_a_stop_with_its_trigger_on_the_wrong_side_is_refused(trader, option, side, trigger, price):
    fields = {**STOP, "transactiontype": side, "triggerprice": trigger, "price": price}
    assert trader.call("placeOrder", **trader.ask_for(option, **fields))["errorcode"] == "AB1007"


def test_modifying_a_waiting_stop_reports_modified_over_trigger_pending(trader, option):
    bid, _ = trader.touch(option)
    stop = {**STOP, "triggerprice": (bid - 2000) / 100, "price": (bid - 2500) / 100}
    order_id = trader.place(option, **stop)
    trader.wait(0.2)
    lower = {**stop, "triggerprice": (bid - 2100) / 100, "orderid": order_id}
    trader.data("modifyOrder", **trader.ask_for(option, **lower))
    trader.wait(0.2)
    modified = next(m for m in trader.messages if m["order-status"] == "AB04")["orderData"]
    assert (modified["status"], modified["orderstatus"]) == ("modified", "trigger pending")
    assert trader.order(order_id)["status"] == "trigger pending"


def test_a_waiting_stop_is_changed_into_the_exit_and_names_its_variety(trader, option):
    trader.place(option)
    trader.wait(1)
    bid, _ = trader.touch(option)
    stop = {**STOP, "triggerprice": (bid - 2000) / 100, "price": (bid - 2500) / 100}
    order_id = trader.place(option, **stop)
    trader.wait(0.2)
    for variety, name in (("NORMAL", "modifyOrder"), ("NORMAL", "cancelOrder")):
        asked = {**stop, "ordertype": "LIMIT", "variety": variety, "orderid": order_id}
        assert trader.call(name, **trader.ask_for(option, **asked))["errorcode"] == "AB1008"
    now = {**stop, "triggerprice": (bid + 1000) / 100, "price": (bid - 500) / 100}
    trader.data("modifyOrder", **trader.ask_for(option, **now, orderid=order_id))
    row = finished(trader, order_id)
    assert (row["status"], row["variety"]) == ("complete", "STOPLOSS")
    assert trader.exchange.day.pit.portfolio.violations == {}


def test_a_stop_triggered_by_a_gap_beyond_the_band_is_rejected(trader, option):
    trader.place(option)
    trader.wait(1)
    bid, _ = trader.touch(option)
    stop = {**STOP, "triggerprice": (bid - 1000) / 100, "price": 1}
    order_id = trader.place(option, **stop)
    row = finished(trader, order_id)
    assert row["status"] == "trigger pending"
    now = {**stop, "triggerprice": (bid + 1000) / 100, "price": 1}
    trader.data("modifyOrder", **trader.ask_for(option, **now, orderid=order_id))
    row = finished(trader, order_id)
    assert row["status"] == "rejected"
    assert "limit price protection" in row["text"]
    trader.place(option, transactiontype="SELL", price=(trader.touch(option)[0] - 500) / 100)
    trader.wait(1)
    assert trader.exchange.day.pit.portfolio.violations == {}


def test_a_change_below_what_is_filled_is_refused_at_once(trader, option):
    _, ask = trader.touch(option)
    order_ids = [trader.place(option, quantity=65 * 9, price=ask / 100) for _ in range(8)]
    trader.wait(0.2)
    rows = [(order_id, trader.order(order_id)) for order_id in order_ids]
    order_id, row = next((i, r) for i, r in rows if 0 < int(r["filledshares"]) < 65 * 9)
    fewer = trader.ask_for(option, orderid=order_id, quantity=row["filledshares"], price=ask / 100)
    assert trader.call("modifyOrder", **fewer)["errorcode"] == "AB1007"
    assert trader.order(order_id)["quantity"] == str(65 * 9)


def test_a_change_that_the_exchange_refuses_leaves_the_order_as_it_was(trader, option):
    far = (trader.touch(option)[0] - 500) / 100
    order_id = trader.place(option, price=far)
    trader.wait(0.2)
    trader.data("modifyOrder", **trader.ask_for(option, orderid=order_id, quantity=66, price=far))
    row = finished(trader, order_id)
    assert (row["status"], row["quantity"]) == ("open", "65")
    assert "lot size" in row["text"]
    assert trader.codes(order_id) == ["AB09", "AB01", "AB11", "AB01"]


def test_units_held_cover_one_sale_of_them_not_two(trader, option):
    trader.place(option)
    trader.wait(1)
    bid, _ = trader.touch(option)
    before = float(trader.data("getRMS")["availablecash"])
    stop = {**STOP, "triggerprice": (bid - 2000) / 100, "price": (bid - 2500) / 100}
    trader.place(option, **stop)
    trader.wait(0.2)
    assert float(trader.data("getRMS")["availablecash"]) == before
    trader.place(option, transactiontype="SELL", price=(bid + 3000) / 100)
    trader.wait(0.2)
    assert float(trader.data("getRMS")["availablecash"]) < before - 100_000


def test_before_the_open_an_order_is_parked_and_goes_out_at_the_open():
    trader = Trader(exchange(), "08:50:00")
    option = listed(trader.exchange)
    price = trader.exchange.day.snapshot(option, trader.now).ltp / 100
    order_id = trader.place(option, price=price + 3, quantity=65)
    row = trader.order(order_id)
    assert (row["status"], row["variety"]) == ("after market order req received", "AMO")
    row = trader.wait_to("09:15:05").order(order_id)
    assert (row["status"], row["variety"]) == ("complete", "NORMAL")
    assert trader.codes(order_id) == ["AB06", "AB09", "AB01", "AB05"]


def test_a_parked_order_is_changed_and_cancelled_in_its_own_words():
    trader = Trader(exchange(), "08:50:00")
    option = listed(trader.exchange)
    order_id = trader.place(option, price=100)
    trader.data("modifyOrder", **trader.ask_for(option, orderid=order_id, price=101))
    assert trader.order(order_id)["status"] == "modify after market order req received"
    trader.data("cancelOrder", variety="NORMAL", orderid=order_id)
    assert trader.codes(order_id) == ["AB06", "AB08", "AB07"]
    assert trader.wait_to("09:16:00").order(order_id)["status"] == "cancelled after market order"


def test_a_short_sale_is_taken_and_counted(trader, option):
    price = trader.touch(option)[0] / 100
    order_id = trader.place(option, transactiontype="SELL", price=price)
    assert finished(trader, order_id)["status"] == "complete"
    assert trader.exchange.day.pit.portfolio.violations == {"net_short": 1}
    assert trader.data("getPosition")[0]["netqty"] == "-65"


def test_a_tag_used_twice_is_counted(trader, option):
    trader.place(option, ordertag="same")
    trader.place(option, ordertag="same")
    assert trader.exchange.day.pit.portfolio.violations == {"duplicate_tag": 1}


def test_market_and_ioc_can_be_allowed():
    trader = Trader(exchange(takes_market_and_ioc=True))
    option = listed(trader.exchange)
    _, ask = trader.touch(option)
    market = finished(trader, trader.place(option, ordertype="MARKET", price="0"))
    assert (market["status"], market["ordertype"]) == ("complete", "LIMIT")
    assert market["price"] > ask / 100
    far = (trader.touch(option)[0] - 500) / 100
    ioc = finished(trader, trader.place(option, duration="IOC", price=far))
    assert (ioc["status"], ioc["cancelsize"]) == ("cancelled", "65")


def test_a_price_off_the_band_can_be_rejected_later():
    trader = Trader(exchange(refuses_price_at_once=False))
    option = listed(trader.exchange)
    row = finished(trader, trader.place(option, price="9999"))
    assert row["status"] == "rejected"
    assert "limit price protection" in row["text"]


def test_details_are_found_by_uuid_only(trader, option):
    answer = trader.data("placeOrder", **trader.ask_for(option))
    found = trader.data("details", answer["uniqueorderid"])
    assert found["orderid"] == answer["orderid"]
    assert trader.call("details", answer["orderid"])["errorcode"] == "AB1007"
    assert trader.call("details", "6b0c2a5e-5d6b-4f0e-9a55-0d5f3a1e7c11")["errorcode"] == "AB1013"


def test_trades_and_positions_are_texts_and_add_up(trader, option):
    trader.place(option)
    trader.wait(1)
    price = trader.touch(option)[0] / 100
    trader.place(option, transactiontype="SELL", price=price)
    trader.wait(1)
    bought, sold = trader.data("getTradeBook")
    position = trader.data("getPosition")[0]
    assert all(isinstance(value, str) for row in (bought, sold, position) for value in row.values())
    assert (position["netqty"], position["buyqty"], position["sellqty"]) == ("0", "65", "65")
    result = 65 * (float(sold["fillprice"]) - float(bought["fillprice"]))
    assert float(position["realised"]) == pytest.approx(result)
    left = 1_000_000 + result
    assert float(trader.data("getRMS")["availablecash"]) == pytest.approx(left)


def test_empty_books_are_null_and_empty_holdings_a_list(trader):
    books = ("getOrderBook", "getTradeBook", "getPosition")
    assert [trader.data(name) for name in books] == [None, None, None]
    assert trader.data("getHolding") == []
    nulls = {name for name, value in trader.data("getRMS").items() if value is None}
    assert len(nulls) == 5
