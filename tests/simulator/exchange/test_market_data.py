"""Quotes, candles, estimates and the master over REST."""

import datetime as dt
import json

import pytest

from tests.simulator.exchange.make import DATE, INDEX, Trader, exchange, listed

DAY = DATE.isoformat()


@pytest.fixture
def trader():
    return Trader(exchange(), "10:00:30")


@pytest.fixture
def option(trader):
    return listed(trader.exchange)


def candles(trader, start, end, *, interval="ONE_MINUTE", exchange="NSE", token=INDEX, day=DAY):
    span = {"fromdate": f"{day} {start}", "todate": f"{day} {end}"}
    where = {"exchange": exchange, "symboltoken": token, "interval": interval}
    return trader.data("getCandleData", **span, **where)


def test_a_full_quote_has_the_brokers_fields_and_types(trader, option):
    tokens = {"NSE": [INDEX], "NFO": [option.token]}
    data = trader.data("quote", mode="FULL", exchangeTokens=tokens)
    index, row = data["fetched"]
    assert data["unfetched"] == []
    assert (index["tradingSymbol"], index["tradeVolume"]) == ("Nifty 50", 0)
    assert row["tradingSymbol"] == option.symbol
    assert {len(row["depth"][side]) for side in ("buy", "sell")} == {5}
    assert row["low"] <= row["ltp"] <= row["high"]
    assert row["lowerCircuit"] == 0.05
    assert isinstance(row["tradeVolume"], int)
    assert row["exchFeedTime"].startswith("09-Sep-2026 10:00:")
    assert row["52WeekLow"] == 0.0


def test_quote_modes(trader, option):
    def fields(mode):
        data = trader.data("quote", mode=mode, exchangeTokens={"NFO": [option.token]})
        return set(data["fetched"][0])

    names = {"exchange", "tradingSymbol", "symbolToken", "ltp"}
    assert fields("LTP") == names
    assert fields("OHLC") == names | {"open", "high", "low", "close"}


def test_quote_refuses_in_both_dialects(trader):
    unknown = trader.data("quote", mode="LTP", exchangeTokens={"NFO": ["1"]})
    assert unknown["unfetched"][0]["symbolToken"] == "1"
    many = {"NFO": [str(n) for n in range(51)]}
    assert trader.call("quote", mode="LTP", exchangeTokens=many)["status"] is False
    empty = trader.call("quote", mode="LTP", exchangeTokens={"NFO": [""]})
    assert (empty["success"], empty["errorCode"]) == (False, "AB4018")
    assert trader.call("quote", mode="BEST", exchangeTokens={})["errorcode"] == "AB1004"
    assert trader.call("quote", mode="LTP", exchangeTokens=[1])["errorcode"] == "AB1004"


def test_ltp_wants_symbol_and_token(trader, option):
    names = {"exchange": "NFO", "symboltoken": option.token, "tradingsymbol": option.symbol}
    data = trader.data("getLtpData", **names)
    assert (data["symboltoken"], type(data["ltp"])) == (option.token, float)
    assert trader.call("getLtpData", **{**names, "tradingsymbol": ""})["errorcode"] == "AB1009"
    assert trader.call("getLtpData", **{**names, "symboltoken": ""})["errorcode"] == "AB4006"


def test_search_is_by_prefix(trader, option):
    found = trader.data("searchScrip", exchange="NFO", searchscrip=option.symbol[:-4])
    assert option.symbol in [row["tradingsymbol"] for row in found]
    assert trader.data("searchScrip", exchange="NSE", searchscrip=option.symbol) == []


def test_candles_are_inclusive_and_labelled_by_start(trader):
    rows = candles(trader, "09:15", "09:19")
    assert [row[0] for row in rows] == [f"{DAY}T09:{m}:00+05:30" for m in range(15, 20)]
    assert [type(value) for value in rows[0]] == [str, float, float, float, float, int]
    assert {row[5] for row in rows} == {0}


def test_candles_of_now_hold_the_forming_bar(trader):
    assert candles(trader, "09:55", "15:30")[-1][0] == f"{DAY}T10:00:00+05:30"
    assert candles(trader, "10:01", "15:30") == []


@pytest.mark.parametrize(
    ("interval", "labels"),
    [
        ("THREE_MINUTE", ["09:15", "09:18", "09:21"]),
        ("TEN_MINUTE", ["09:15", "09:25"]),
        ("THIRTY_MINUTE", ["09:15"]),
        ("ONE_HOUR", ["09:15"]),
    ],
)
def test_longer_bars_count_from_the_open(trader, interval, labels):
    rows = candles(
        trader, "09:15", "09:25" if interval == "TEN_MINUTE" else "09:22", interval=interval
    )
    assert [row[0][11:16] for row in rows] == labels


def test_a_longer_bar_is_its_minutes(trader):
    minutes = candles(trader, "09:15", "09:19")
    (five,) = candles(trader, "09:15", "09:15", interval="FIVE_MINUTE")
    highs, lows = [row[2] for row in minutes], [row[3] for row in minutes]
    assert five[1:5] == [minutes[0][1], max(highs), min(lows), minutes[-1][4]]


def test_the_days_before_are_there(trader):
    day = "2026-09-08"
    assert len(candles(trader, "09:15", "15:30", day=day)) == 360
    daily = candles(trader, "00:00", "00:00", interval="ONE_DAY", day=day)
    assert daily[0][0] == f"{day}T00:00:00+05:30"


def test_the_futures_past_has_volume(trader):
    future = next(one for one in trader.exchange.day.listing if one.type == "FUTIDX")
    rows = candles(trader, "15:30", "15:39", exchange="NFO", token=future.token, day="2026-09-08")
    assert len(rows) == 10
    assert all(row[5] > 0 for row in rows)


def test_an_option_has_rows_only_where_it_traded(trader, option):
    rows = candles(trader, "09:15", "09:59", exchange="NFO", token=option.token)
    assert 0 < len(rows) <= 45
    assert all(row[5] > 0 for row in rows)


def test_the_index_stands_still_in_the_closing_auction():
    trader = Trader(exchange(), "15:39:00")
    rows = candles(trader, "15:14", "15:39")
    closes = {row[0][11:16]: row[1:5] for row in rows}
    assert list(closes)[-1] == "15:34"
    last = closes["15:14"][3]
    assert closes["15:20"] == [last] * 4
    option = listed(trader.exchange)
    late = candles(trader, "15:30", "15:39", exchange="NFO", token=option.token)
    assert late


def test_candle_errors(trader):
    ok = {"exchange": "NSE", "symboltoken": INDEX, "interval": "ONE_MINUTE"}
    span = {"fromdate": f"{DAY} 09:15", "todate": f"{DAY} 09:20"}
    bad = trader.raw("getCandleData", {**ok, **span, "interval": "TWO_MINUTE"})
    assert (bad.status, bad.body) == (400, b"")
    for wrong in (
        {"todate": f"{DAY} 09:14"},
        {"fromdate": DAY},
        {"fromdate": "2026-08-01 09:15"},
    ):
        assert trader.call("getCandleData", **{**ok, **span, **wrong})["errorcode"] == "AB1004"
    assert trader.data("getCandleData", **{**ok, **span, "exchange": "NFO"}) == []


def test_open_interest_has_its_own_route(trader, option):
    span = {"fromdate": f"{DAY} 09:15", "todate": f"{DAY} 09:20"}
    where = {"exchange": "NFO", "symboltoken": option.token, "interval": "ONE_MINUTE"}
    rows = trader.data("getOIData", **span, **where)
    assert set(rows[0]) == {"time", "oi"}
    assert rows[0]["oi"] > 0


def test_margin_of_a_bought_option_is_its_premium(trader, option):
    leg = {
        "exchange": "NFO", "qty": 65, "price": 100, "productType": "CARRYFORWARD",
        "token": option.token, "tradeType": "BUY", "orderType": "LIMIT",
    }  # fmt: skip
    assert trader.data("margin", positions=[leg])["totalMarginRequired"] == 6500.0
    sold = trader.data("margin", positions=[{**leg, "tradeType": "SELL"}])
    assert sold["marginComponents"]["spanMargin"] > 100_000
    assert trader.call("margin", positions=[leg] * 51)["status"] is False


def test_charges_are_broken_up(trader, option):
    order = {
        "product_type": "INTRADAY", "transaction_type": "BUY", "quantity": "65", "price": "100",
        "exchange": "NFO", "symbol_name": option.symbol, "token": option.token,
    }  # fmt: skip
    data = trader.data("estimateCharges", orders=[order])
    assert data["summary"]["trade_value"] == 6500.0
    names = [node["name"] for node in data["summary"]["breakup"]]
    assert names == ["Angel One Brokerage", "External Charges", "Taxes"]
    assert data["summary"]["breakup"][0]["amount"] == 20.0


def test_the_master_lists_everything_in_the_brokers_units(trader, option):
    rows = json.loads(trader.raw("master").body)
    by_key = {(row["exch_seg"], row["token"]): row for row in rows}
    row, index = by_key["NFO", option.token], by_key["NSE", INDEX]
    assert row["strike"] == f"{option.instrument.strike}.000000"
    day = dt.date.fromisoformat(option.instrument.expiry)
    assert row["expiry"] == f"{day:%d%b%Y}".upper()
    assert (row["lotsize"], row["tick_size"], row["freeze_qty"]) == ("65", "5.000000", "1801")
    assert (index["symbol"], index["name"], index["instrumenttype"]) == (
        "Nifty 50",
        "NIFTY",
        "AMXIDX",
    )
    assert by_key["NSE", "26074"]["lotsize"] == "-1"
    assert len([row for row in rows if row["name"] == "BANKNIFTY"]) == 1


def test_the_master_can_be_old_and_long():
    trader = Trader(exchange(has_new_columns=False, master_rows=5000))
    rows = json.loads(trader.raw("master").body)
    assert len(rows) == 5000
    assert "freeze_qty" not in rows[0]


def test_history_of_today_is_what_was_played(trader, option):
    """An instrument first asked for now shows the same minutes as one watched since the open."""
    early = Trader(exchange(), "09:00:00")
    early.exchange.day.snapshot(option, early.now)
    early.wait_to("10:00:30")
    args = {"exchange": "NFO", "token": option.token}
    assert candles(early, "09:15", "10:00", **args) == candles(trader, "09:15", "10:00", **args)
