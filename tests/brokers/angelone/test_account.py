"""Funds, margin, orders and today's books."""

import json

import pytest

from rustro_kernel.brokers.angelone.amounts import paise, rupees_text, units
from rustro_kernel.brokers.angelone.book_rows import Held, Trade
from rustro_kernel.brokers.angelone.books import order_book, order_details, positions, trade_book
from rustro_kernel.brokers.angelone.funds import Funds, Leg, funds, margin
from rustro_kernel.brokers.angelone.limits import Urgency
from rustro_kernel.brokers.angelone.orders_api import Placed, cancel, modify, place
from rustro_kernel.domain.errors import BrokerRefused, BrokerTransient
from rustro_kernel.domain.instruments import instrument_key
from rustro_kernel.domain.orders import OrderRequest, OrderStatus, Side
from tests.brokers.angelone.rest_broker import Told, no, ok

FUNDS = {
    "net": "250000.00", "availablecash": "249000.50", "availableintradaypayin": "0.00",
    "collateral": "0.00", "m2munrealized": "0.00", "m2mrealized": "0.00",
    "utiliseddebits": "999.50", "utilisedspan": None, "utilisedoptionpremium": None,
    "utilisedholdingsales": None, "utilisedexposure": None, "utilisedturnover": None,
    "utilisedpayout": "0.00",
}  # fmt: skip
ORDER = OrderRequest(
    "0123456789abcdef1", instrument_key("NFO", "45678"), "NIFTY24NOV2624500CE", Side.BUY, 65, 10135
)
PLACED = {"script": ORDER.symbol, "orderid": "261123000104417", "uniqueorderid": "6b0c-1"}


def order_row(**values):
    return {
        "variety": "NORMAL", "ordertype": "LIMIT", "ordertag": ORDER.tag, "price": 101.35,
        "quantity": "65", "averageprice": 101.3, "filledshares": "65", "unfilledshares": "0",
        "tradingsymbol": ORDER.symbol, "transactiontype": "BUY", "exchange": "NFO",
        "symboltoken": "45678", "orderid": "261123000104417", "uniqueorderid": "6b0c-1",
        "text": "", "status": "complete", "orderstatus": "complete",
        "updatetime": "23-Nov-2026 10:02:31", **values,
    }  # fmt: skip


async def test_funds_are_paise_and_null_is_nothing(broker, client):
    broker.answers["getRMS"] = [ok(FUNDS)]
    assert await funds(client) == Funds(25_000_000, 24_900_050, 0, 99_950)


@pytest.mark.parametrize("data", [None, [], {"net": "x", "availablecash": "1"}, {"net": "1"}])
async def test_funds_that_cannot_be_read_are_not_zero(broker, client, data):
    broker.answers["getRMS"] = [ok(data)]
    with pytest.raises(BrokerTransient):
        await funds(client)


async def test_the_margin_of_a_basket_is_asked_in_the_routes_own_words(broker, client):
    broker.answers["margin"] = [ok({"totalMarginRequired": 148230.5, "marginComponents": {}})]
    assert await margin(client, (Leg("NFO:45678", Side.BUY, 65, 10135),)) == 14_823_050
    assert broker.of("margin")[0].body == {
        "positions": [
            {
                "exchange": "NFO", "qty": 65, "price": 101.35, "productType": "CARRYFORWARD",
                "token": "45678", "tradeType": "BUY", "orderType": "LIMIT",
            }
        ]
    }  # fmt: skip
    with pytest.raises(BrokerRefused, match="1 to 50 orders, got 0"):
        await margin(client, ())


async def test_an_order_is_limit_and_day(broker, client):
    broker.answers["placeOrder"] = [ok(PLACED)]
    assert await place(client, ORDER) == Placed("261123000104417", "6b0c-1")
    assert broker.of("placeOrder")[0].body == {
        "variety": "NORMAL", "tradingsymbol": "NIFTY24NOV2624500CE", "symboltoken": "45678",
        "transactiontype": "BUY", "exchange": "NFO", "ordertype": "LIMIT",
        "producttype": "CARRYFORWARD", "duration": "DAY", "price": "101.35", "triggerprice": "0",
        "squareoff": "0", "stoploss": "0", "quantity": "65", "ordertag": "0123456789abcdef1",
    }  # fmt: skip


async def test_every_order_that_can_be_said_is_a_limit_for_the_day(broker, client):
    for route in ("placeOrder", "modifyOrder", "cancelOrder"):
        broker.answers[route] = [ok(PLACED)]
    stop = OrderRequest("tag", "NFO:45678", ORDER.symbol, Side.SELL, 65, 9000, trigger_paise=10_000)
    await place(client, ORDER)
    await place(client, stop)
    await modify(client, "1", ORDER)
    await modify(client, "1", stop)
    bodies = [a.body for a in broker.asked if "price" in a.body]
    assert {b["duration"] for b in bodies} == {"DAY"}
    assert [(b["variety"], b["ordertype"]) for b in bodies] == 2 * [
        ("NORMAL", "LIMIT"),
        ("STOPLOSS", "STOPLOSS_LIMIT"),
    ]
    assert [b.get("triggerprice") for b in bodies] == ["0", "100.00", None, "100.00"]


async def test_a_modification_names_the_new_total_and_nothing_that_stays(broker, client):
    broker.answers["modifyOrder"] = [ok(PLACED)]
    await modify(client, "261123000104417", ORDER)
    assert set(broker.of("modifyOrder")[0].body) == {
        "variety", "orderid", "ordertype", "producttype", "duration", "price", "quantity",
        "tradingsymbol", "symboltoken", "exchange",
    }  # fmt: skip


async def test_a_stop_is_cancelled_as_a_stop(broker, client):
    broker.answers["cancelOrder"] = [ok(PLACED)]
    await cancel(client, "1")
    await cancel(client, "2", is_stop=True, urgency=Urgency.EXIT)
    assert [a.body for a in broker.of("cancelOrder")] == [
        {"variety": "NORMAL", "orderid": "1"},
        {"variety": "STOPLOSS", "orderid": "2"},
    ]


@pytest.mark.parametrize(
    "values",
    [{"tag": ""}, {"tag": "x" * 20}, {"quantity": 0}, {"quantity": -65}, {"limit_paise": 0},
     {"symbol": ""}],
)  # fmt: skip
async def test_an_order_that_is_none_never_leaves(broker, client, values):
    fields = {name: getattr(ORDER, name) for name in ORDER.__struct_fields__}
    with pytest.raises(BrokerRefused):
        await place(client, OrderRequest(**fields | values))
    assert broker.of("placeOrder") == []


@pytest.mark.parametrize(
    ("side", "limit", "trigger"), [(Side.SELL, 100, 99), (Side.BUY, 100, 101), (Side.SELL, 100, -1)]
)
async def test_a_stop_on_the_wrong_side_never_leaves(broker, client, side, limit, trigger):
    stop = OrderRequest("t", "NFO:1", "S", side, 65, limit, trigger_paise=trigger)
    with pytest.raises(BrokerRefused, match="stop cannot have trigger"):
        await place(client, stop)
    with pytest.raises(BrokerRefused, match="modifyOrder"):
        await modify(client, "1", stop)
    assert broker.of("placeOrder") == broker.of("modifyOrder") == []


async def test_the_brokers_code_and_words_of_a_refusal_are_kept(broker, client):
    broker.answers["placeOrder"] = [no("AB4036", "cautionary listing")]
    with pytest.raises(BrokerRefused, match="AB4036 cautionary listing") as caught:
        await place(client, ORDER)
    assert caught.value.broker_code == "AB4036"


@pytest.mark.parametrize("data", [None, {}, {"orderid": ""}, "261123000104417"])
async def test_a_receipt_without_an_id_leaves_the_order_open(broker, client, data):
    broker.answers["placeOrder"] = [ok(data)]
    with pytest.raises(BrokerTransient) as caught:
        await place(client, ORDER)
    assert caught.value.outcome_unknown


@pytest.mark.parametrize("read", [order_book, trade_book, positions])
async def test_empty_books_are_empty(broker, client, read):
    assert await read(client) == ()


async def test_the_order_book_is_read(broker, client):
    broker.answers["getOrderBook"] = [ok([order_row(), order_row(orderid="")])]
    (row,) = await order_book(client)
    assert (row.order_id, row.tag, row.status) == (
        "261123000104417",
        ORDER.tag,
        OrderStatus.COMPLETE,
    )
    assert (row.filled, row.value_paise) == (65, 658_450)


async def test_one_order_is_polled_by_its_unique_id(broker, client):
    broker.answers["details"] = [ok(order_row(status="open", orderstatus="open", filledshares="0"))]
    assert (await order_details(client, "6b0c-1")).filled == 0
    assert broker.of("details")[0].path.endswith("/order/v1/details/6b0c-1")
    for wrong in ("", "../placeOrder", "a b"):
        with pytest.raises(BrokerRefused):
            await order_details(client, wrong)


async def test_trades_and_positions_are_read_from_texts(broker, client):
    fill = {"exchange": "NFO", "tradingsymbol": ORDER.symbol, "transactiontype": "BUY",
            "fillprice": "101.30", "fillsize": "65", "orderid": "1", "fillid": "2",
            "filltime": "10:02:31"}  # fmt: skip
    broker.answers["getTradeBook"] = [ok([fill])]
    assert await trade_book(client) == (
        Trade("1", "2", ORDER.symbol, "BUY", 10130, 65, "10:02:31"),
    )
    held = {"exchange": "NFO", "symboltoken": "45678", "tradingsymbol": ORDER.symbol,
            "producttype": "CARRYFORWARD", "netqty": "-65", "buyqty": "65", "sellqty": "130",
            "buyavgprice": "101.30", "sellavgprice": "102.00", "netvalue": "- 1234.50"}  # fmt: skip
    broker.answers["getPosition"] = [ok([held])]
    assert await positions(client) == (
        Held("NFO:45678", ORDER.symbol, "CARRYFORWARD", -65, 65, 130, 10130, 10200, 0),
    )


@pytest.mark.data
async def test_the_recorded_order_books_are_read(broker, client, market_data):
    samples = json.loads((market_data / "samples" / "rest_samples_scrubbed.json").read_text())
    for name in ("orderBook_2022_03_30", "orderBook_AMO_2025_09_13"):
        broker.answers["getOrderBook"] = [Told(200, json.dumps(samples[name]).encode())]
        assert len(await order_book(client)) == len(samples[name]["data"])
    details = json.dumps(samples["individual_order_details_2024_10_23"]).encode()
    broker.answers["details"] = [Told(200, details)]
    row = await order_details(client, "x")
    assert (row.status, row.filled, row.value_paise) == (OrderStatus.COMPLETE, 25, 585_000)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("101.35", 10135), (101.35, 10135), ("- 1234.50", -123450), ("", 0), (None, 0), (0.29, 29),
     ("1,000", 100000), (1e10, 10**12)],
)  # fmt: skip
def test_rupees_in_any_spelling_are_exact_paise(value, expected):
    assert paise(value) == expected


@pytest.mark.parametrize("value", ["x", "NaN", "inf", "1e999999", "1e16", 1e300])
def test_what_is_no_number_of_ours_is_refused(value):
    with pytest.raises((ValueError, ArithmeticError)):
        paise(value)
    with pytest.raises((ValueError, ArithmeticError)):
        units(value)


def test_a_price_is_written_with_two_digits():
    assert [rupees_text(p) for p in (5, 100, 10135, 10130)] == ["0.05", "1.00", "101.35", "101.30"]
    with pytest.raises(ValueError, match="whole"):
        units("1.5")
