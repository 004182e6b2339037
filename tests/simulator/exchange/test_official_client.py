"""The broker's own client cannot tell the exchange from the broker: its acceptance script.

The server has a loop and a thread of its own, because the client blocks. The market's clock stands
still between two steps, so nothing here waits for time, only for conditions.
"""

import contextlib

import pytest

from rustro_kernel.domain.market_time import SECOND
from tests.session.waiting import until_blocking
from tests.simulator.exchange.make import INDEX, TOTP, listed
from tests.simulator.exchange.official import Listening, Watching, kept_in, pointed_at
from tests.simulator.exchange.running import Running, server

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning"),
]


@pytest.fixture
def running(tmp_path, monkeypatch):
    """A server with every limit on; the client's log folder goes to a temporary place."""
    with kept_in(tmp_path, monkeypatch), Running(server(has_limits=True)) as made:
        yield made


@pytest.fixture
def official(running, monkeypatch):
    return pointed_at(running.url, monkeypatch)


class Desk:
    """A logged-in client; before each call the clock moves on, so that no limit is in the way."""

    def __init__(self, running, official) -> None:
        self.running, self.clock, self.exchange = running, running.clock, running.exchange
        self.rest = official.Rest("simkey")
        self.option = listed(running.exchange)
        self.profile = self("generateSession", "SIM001", "1234", self.code())

    def __call__(self, method, *args):
        self.clock.wait(1.1)
        return getattr(self.rest, method)(*args)

    def code(self) -> str:
        return TOTP.at(self.clock.now_ns() // SECOND + 1)

    def data(self, method, *args):
        answer = self(method, *args)
        assert answer["status"] is True, answer
        return answer["data"]

    def fields(self, **fields):
        quote = self.data("getMarketData", "FULL", {"NFO": [self.option.token]})["fetched"][0]
        self.bid, self.ask = (quote["depth"][side][0]["price"] for side in ("buy", "sell"))
        plain = {
            "variety": "NORMAL",
            "tradingsymbol": self.option.symbol,
            "symboltoken": self.option.token,
            "transactiontype": "BUY",
            "exchange": "NFO",
            "ordertype": "LIMIT",
            "producttype": "CARRYFORWARD",
            "duration": "DAY",
            "price": str(round(self.bid - 10, 2)),
            "quantity": "65",
        }
        return {**plain, **fields}

    def status(self, order_id):
        rows = self.data("orderBook")
        return next(row["status"] for row in rows if row["orderid"] == order_id)


@pytest.fixture
def desk(running, official):
    return Desk(running, official)


def test_a_bad_totp_is_a_dictionary_with_ab1050(running, official):
    answer = official.Rest("simkey").generateSession("SIM001", "1234", "000000")
    assert (answer["status"], answer["errorcode"], answer["data"]) == (False, "AB1050", None)


def test_login_profile_tokens_and_logout(desk):
    data = desk.profile["data"]
    assert desk.profile["status"] is True
    assert data["clientcode"] == "SIM001"
    assert data["jwtToken"].startswith("Bearer ")
    renewed = desk.data("generateToken", desk.rest.refresh_token)
    assert desk.rest.access_token == renewed["jwtToken"]
    assert desk.data("rmsLimit")["net"] == "1000000.00"
    assert desk.data("terminateSession", "SIM001") == "Logout Successfully"


def test_the_doubled_bearer_is_a_key_error_as_with_the_broker(desk):
    desk.rest.setAccessToken(desk.profile["data"]["jwtToken"])
    assert desk("rmsLimit")["errorCode"] == "AG8001"


def test_empty_books_are_null(desk):
    assert [desk.data(m) for m in ("orderBook", "tradeBook", "position")] == [None] * 3
    assert desk.data("holding") == []
    assert desk.data("allholding")["holdings"] == []


def test_place_modify_cancel(desk):
    order_id = desk("placeOrder", desk.fields(ordertag="acc-1"))
    assert len(order_id) == 15
    assert desk.status(order_id) == "open"
    changed = desk.fields(orderid=order_id, price=str(round(desk.bid - 9, 2)))
    assert desk.data("modifyOrder", changed)["orderid"] == order_id
    assert desk.data("orderBook")[0]["price"] == float(changed["price"])
    assert desk.data("cancelOrder", order_id, "NORMAL")["orderid"] == order_id
    assert desk.status(order_id) == "cancelled"


def test_a_refused_order_is_none_and_its_reason_is_in_the_full_response(desk):
    assert desk("placeOrder", desk.fields(price="100.03")) is None
    full = desk("placeOrderFullResponse", desk.fields(price="100.03"))
    assert (full["status"], full["errorcode"]) == (False, "AB1007")
    assert "tick size" in full["message"]


def test_a_stop_waits_for_its_trigger(desk):
    stop = {"variety": "STOPLOSS", "ordertype": "STOPLOSS_LIMIT", "transactiontype": "SELL"}
    fields = desk.fields(**stop)
    fields |= {"triggerprice": str(round(desk.bid - 20, 2)), "price": str(round(desk.bid - 25, 2))}
    assert desk.status(desk("placeOrder", fields)) == "trigger pending"


def test_a_waiting_stop_is_changed_and_cancelled_under_its_own_variety(desk):
    stop = {"variety": "STOPLOSS", "ordertype": "STOPLOSS_LIMIT", "transactiontype": "SELL"}
    fields = desk.fields(**stop)
    trigger = round(desk.bid - 20, 2)
    fields |= {"triggerprice": str(trigger), "price": str(round(desk.bid - 25, 2))}
    order_id = desk("placeOrder", fields)
    lower = {**fields, "triggerprice": str(round(trigger - 1, 2)), "orderid": order_id}
    assert desk("modifyOrder", lower)["status"] is True
    row = next(row for row in desk.data("orderBook") if row["orderid"] == order_id)
    assert (row["status"], row["triggerprice"]) == ("trigger pending", round(trigger - 1, 2))
    wrong = {**lower, "variety": "NORMAL", "ordertype": "LIMIT"}
    assert desk("modifyOrder", wrong)["errorcode"] == "AB1008"
    assert desk("cancelOrder", order_id, "NORMAL")["errorcode"] == "AB1008"
    assert desk("cancelOrder", order_id, "STOPLOSS")["status"] is True
    assert desk.status(order_id) == "cancelled"


def test_a_fill_shows_in_details_trades_and_positions(desk):
    fields = desk.fields()
    fields["price"] = str(round(desk.ask + 2, 2))
    placed = desk("placeOrderFullResponse", fields)["data"]
    details = desk("individual_order_details", placed["uniqueorderid"])["data"]
    assert (details["status"], details["filledshares"]) == ("complete", "65")
    wrong = desk("individual_order_details", placed["orderid"])
    assert wrong["errorcode"] == "AB1007"
    trades = desk.data("tradeBook")
    assert sum(int(trade["fillsize"]) for trade in trades) == 65
    assert desk.data("position")[0]["netqty"] == "65"


def test_a_403_is_a_data_exception(desk, official):
    desk.data("tradeBook")
    with pytest.raises(official.DataException, match="exceeding access rate"):
        desk.rest.tradeBook()


def test_market_data_margin_and_charges(desk):
    token, symbol = desk.option.token, desk.option.symbol
    quotes = desk.data("getMarketData", "LTP", {"NSE": [INDEX], "NFO": [token]})
    assert len(quotes["fetched"]) == 2
    assert desk.data("ltpData", "NFO", symbol, token)["tradingsymbol"] == symbol
    span = {"fromdate": "2026-09-09 09:15", "todate": "2026-09-09 09:19"}
    where = {"exchange": "NSE", "symboltoken": INDEX, "interval": "ONE_MINUTE", **span}
    assert len(desk.data("getCandleData", where)) == 5
    with pytest.raises(Exception, match="Couldn't parse"):
        desk("getCandleData", {**where, "interval": "ODD"})
    assert desk.data("getOIData", {**where, "exchange": "NFO", "symboltoken": token})
    found = desk.data("searchScrip", "NFO", symbol)
    assert found == [{"exchange": "NFO", "tradingsymbol": symbol, "symboltoken": token}]
    leg = {
        "exchange": "NFO", "qty": 65, "price": 0, "productType": "CARRYFORWARD", "token": token,
        "tradeType": "BUY", "orderType": "LIMIT",
    }  # fmt: skip
    assert desk.data("getMarginApi", {"positions": [leg]})["totalMarginRequired"] > 0
    order = {
        "product_type": "INTRADAY", "transaction_type": "BUY", "quantity": "65", "price": "100",
        "exchange": "NFO", "symbol_name": symbol, "token": token,
    }  # fmt: skip
    assert desk.data("estimateCharges", {"orders": [order]})["summary"]["total_charges"] > 20


def market_socket(desk, official, **fields):
    credentials = {
        "auth_token": desk.profile["data"]["jwtToken"],
        "api_key": "simkey",
        "client_code": "SIM001",
        "feed_token": desk.profile["data"]["feedToken"],
    }
    return official.Market(**{**credentials, **fields}, max_retry_attempt=0)


def test_modes_1_to_3_on_two_exchanges(desk, official):
    rows = [
        {"exchangeType": 1, "tokens": [INDEX]},
        {"exchangeType": 2, "tokens": [desk.option.token]},
    ]
    wanted = [
        (mode, [{**row, "tokens": list(row["tokens"])} for row in rows]) for mode in (1, 2, 3)
    ]
    with Watching(desk.running, market_socket(desk, official), wanted) as watching:
        until_blocking(lambda: len(watching.ticks) == 6)
        snapshots = {(t["subscription_mode"], t["exchange_type"]): t for t in watching.ticks}
        assert set(snapshots) == {(mode, kind) for mode in (1, 2, 3) for kind in (1, 2)}
        index, option = snapshots[3, 1], snapshots[3, 2]
        assert (index["token"], option["token"]) == (INDEX, desk.option.token)
        assert [len(option[f"best_5_{side}_data"]) for side in ("buy", "sell")] == [5, 5]
        assert option["best_5_buy_data"][0]["price"] < option["best_5_sell_data"][0]["price"]
        assert [row["flag"] for row in index["best_5_buy_data"]] == [65535] * 10
        assert index["best_5_sell_data"] == []
        quote = desk.data("getMarketData", "FULL", {"NFO": [desk.option.token]})["fetched"][0]
        assert option["lower_circuit_limit"] == 100 * quote["lowerCircuit"] == 5
        before = len(watching.ticks)
        desk.clock.wait(10)
        until_blocking(lambda: len(watching.ticks) > before + 10)
        for tick in watching.ticks:
            assert tick["exchange_timestamp"] % 1000 == 0


def test_a_bad_feed_token_is_an_error(desk, official):
    with Watching(desk.running, market_socket(desk, official, feed_token="wrong"), []) as watching:
        until_blocking(lambda: watching.errors)
        assert watching.ticks == []


def test_the_fourth_socket_is_refused(desk, official):
    sockets = [Watching(desk.running, market_socket(desk, official), []) for _ in range(4)]
    with contextlib.ExitStack() as stack:
        for socket in sockets[:3]:
            stack.enter_context(socket)
        until_blocking(lambda: desk.exchange.handshakes.open["market"] == 3)
        stack.enter_context(sockets[3])
        until_blocking(lambda: sockets[3].errors)


def test_the_order_socket_greets_and_tells_of_a_fill(desk, official):
    data = desk.profile["data"]
    socket = official.Orders(data["jwtToken"], "simkey", "SIM001", data["feedToken"])
    with Listening(desk.running, socket) as listening:
        until_blocking(lambda: listening.codes() == ["AB00"])
        fields = desk.fields(ordertag="acc-ws")
        fields["price"] = str(round(desk.ask + 2, 2))
        order_id = desk("placeOrder", fields)
        desk.clock.wait(1)
        until_blocking(lambda: listening.codes() == ["AB00", "AB09", "AB05"])
        last = listening.messages[-1]["orderData"]
        assert (last["orderid"], last["ordertag"]) == (order_id, "acc-ws")
        assert (last["filledshares"], last["status"]) == ("65", "complete")
