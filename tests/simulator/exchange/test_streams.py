"""The market stream without a socket: subscriptions, snapshots, what is published when."""

import json
import struct
from itertools import pairwise

import pytest

from rustro_kernel.domain.market_time import SECOND, at
from rustro_kernel.simulator.exchange.handshakes import Denied
from tests.simulator.exchange.make import DATE, INDEX, Trader, exchange, listed

VIX = "99926017"


@pytest.fixture
def trader():
    return Trader(exchange())


def request(tokens, mode=1, action=1, correlation="abc"):
    rows = [{"exchangeType": number, "tokens": row} for number, row in tokens.items()]
    params = {"mode": mode, "tokenList": rows}
    return json.dumps({"correlationID": correlation, "action": action, "params": params})


def opened(trader, **fields):
    headers = {
        "x-client-code": "SIM001",
        "x-feed-token": trader.tokens["feedToken"],
        "x-api-key": "simkey",
        **fields,
    }
    return trader.exchange.open_market(headers, {}, trader.now)


def test_a_subscription_is_answered_with_the_cached_packet_only(trader):
    option, stream = listed(trader.exchange), opened(trader)
    (packet,) = stream.receive(request({2: [option.token]}, mode=3), trader.now)
    assert (len(packet), packet[:2]) == (379, b"\x03\x02")
    assert stream.receive(request({2: [option.token]}, mode=3), trader.now) == []


def test_the_cached_packet_is_the_last_one_sent_byte_for_byte(trader):
    stream = opened(trader)
    stream.receive(request({1: [INDEX]}, mode=2), trader.now)
    trader.wait(10)
    last = stream.packets(next(q for q in reversed(trader.quotes) if q.token == INDEX))
    again = opened(trader).receive(request({1: [INDEX]}, mode=2), trader.now)
    assert again == last


def test_each_mode_gets_its_own_packet(trader):
    stream = opened(trader)
    for mode in (1, 2, 3):
        stream.receive(request({1: [INDEX]}, mode=mode), trader.now)
    trader.wait(2)
    assert [len(p) for p in stream.packets(trader.quotes[-1])] == [51, 123, 379]
    assert stream.size == 3


def test_unsubscribing_ends_one_mode_and_ignores_the_unknown(trader):
    stream = opened(trader)
    stream.receive(request({1: [INDEX]}, mode=1), trader.now)
    stream.receive(request({1: [INDEX]}, mode=2), trader.now)
    assert stream.receive(request({1: [INDEX, "1"]}, mode=1, action=0), trader.now) == []
    trader.wait(2)
    assert [len(p) for p in stream.packets(trader.quotes[-1])] == [123]


def test_a_token_at_the_wrong_exchange_is_silent_and_counts(trader):
    stream = opened(trader)
    assert stream.receive(request({2: [INDEX]}), trader.now) == []
    assert stream.size == 1


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"action": 1}', request({1: []}, mode=4), request({}, 1)]
)
def test_a_broken_request_is_e1001(trader, text):
    (error,) = opened(trader).receive(text, trader.now)
    assert json.loads(error)["errorCode"] == "E1001"


def test_the_quota_is_e1002_and_leaves_the_old_alone(trader):
    stream = opened(trader)
    stream.receive(request({1: [INDEX]}), trader.now)
    (error,) = stream.receive(request({1: [str(n) for n in range(1000)]}), trader.now)
    assert json.loads(error) == {
        "correlationID": "abc",
        "errorCode": "E1002",
        "errorMessage": "Invalid Request. Subscription Limit Exceeded",
    }
    assert stream.size == 1
    assert stream.receive(request({1: [str(n) for n in range(999)]}), trader.now) == []


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"x-client-code": "X"}, "Client Code"),
        ({"x-api-key": "x"}, "API Key"),
        ({"x-feed-token": "x"}, "Feed Token"),
    ],
)
def test_a_wrong_credential_is_401_and_says_which(trader, fields, what):
    assert opened(trader, **fields) == Denied(401, f"Invalid Header - Invalid {what}")


def test_authorization_does_not_matter_and_the_query_does(trader):
    assert not isinstance(opened(trader, authorization="Bearer Bearer x"), Denied)
    query = {"clientCode": "SIM001", "feedToken": trader.tokens["feedToken"], "apiKey": "simkey"}
    assert not isinstance(trader.exchange.open_market({}, query, trader.now), Denied)


def test_the_fourth_connection_is_429(trader):
    assert [isinstance(opened(trader), Denied) for _ in range(4)] == [False] * 3 + [True]
    trader.exchange.handshakes.leave("market")
    assert not isinstance(opened(trader), Denied)


def test_the_order_stream_wants_the_jwt_and_greets(trader):
    header = {"authorization": trader.headers["authorization"]}
    greeting = json.loads(trader.exchange.open_orders(header, trader.now))
    assert (greeting["user-id"], greeting["order-status"]) == ("SIM001", "AB00")
    assert greeting["orderData"]["orderid"] == ""
    assert (greeting["orderData"]["price"], greeting["orderData"]["quantity"]) == (0.0, "0")
    assert greeting["orderData"]["filledshares"] == ""
    assert trader.exchange.open_orders({"authorization": "Bearer x"}, trader.now).status == 401
    trader.exchange.logins.expire()
    assert trader.exchange.open_orders(header, trader.now).status == 403


def test_an_order_message_has_no_uuid_but_the_books_row(trader):
    option = listed(trader.exchange)
    order_id = trader.place(option, ordertag="mine")
    trader.wait(1)
    message, row = trader.messages[-1], trader.order(order_id)
    assert set(row) - set(message["orderData"]) == {"uniqueorderid", "exchangeorderid"}
    assert message["orderData"]["ordertag"] == "mine"
    assert (message["status-code"], message["error-message"]) == ("200", "")


def test_the_sequence_is_shared_and_rises(trader):
    option, stream = listed(trader.exchange), opened(trader)
    stream.receive(request({1: [INDEX, VIX], 2: [option.token]}, mode=1), trader.now)
    trader.quotes.clear()
    trader.wait(60)
    numbers = [quote.sequence for quote in trader.quotes]
    assert {quote.token for quote in trader.quotes} == {INDEX, VIX, option.token}
    assert numbers == sorted(set(numbers))
    assert (numbers[-1] - numbers[0]) // 60 in range(600, 700)
    assert all(quote.exch_ms % 1000 == 0 for quote in trader.quotes)


def test_before_the_open_yesterdays_values_are_shown_and_nothing_is_sent():
    trader = Trader(exchange(), "08:45:00")
    (packet,) = opened(trader).receive(request({1: [INDEX]}, mode=2), trader.now)
    _, _, _, _, ms, ltp = struct.unpack("<BB25sqqq", packet[:51])
    assert ms * 1_000_000 < at(DATE, "00:00")
    assert ltp == trader.exchange.day.market.previous_close(
        trader.exchange.day.market.instruments()[0].key
    )
    trader.wait_to("09:14:59")
    assert trader.quotes == []
    trader.wait_to("09:15:10")
    assert trader.quotes


def test_the_index_freezes_in_the_auction_while_its_time_moves_on():
    trader = Trader(exchange(), "15:14:30")
    opened(trader).receive(request({1: [INDEX]}, mode=1), trader.now)
    trader.wait_to("15:27:00")
    late = [q for q in trader.quotes if q.exch_ms * 1_000_000 >= at(DATE, "15:15:10")]
    assert len({quote.ltp for quote in late}) == 1
    times = [quote.exch_ms for quote in late]
    gaps = {b - a for a, b in pairwise(times)}
    assert gaps == {6000}
    trader.wait_to("15:30:00")
    assert len({quote.ltp for quote in trader.quotes if quote.exch_ms > times[-1]}) == 2


def test_nothing_is_published_after_the_close():
    trader = Trader(exchange(), "15:39:00")
    option = listed(trader.exchange)
    opened(trader).receive(request({1: [INDEX], 2: [option.token]}), trader.now)
    trader.wait_to("16:00:00")
    assert max(quote.exch_ms for quote in trader.quotes) < at(DATE, "15:40") // 1_000_000
    assert trader.exchange.due_ns() > trader.now + 3600 * SECOND


def test_an_option_and_an_index_carry_what_their_class_does(trader):
    option = listed(trader.exchange)
    quote = trader.exchange.day.snapshot(option, trader.now)
    assert (quote.lower, quote.year_low) == (5, 0)
    assert quote.oi > 0
    assert quote.volume > 0
    assert quote.low <= quote.atp <= quote.high
    index = trader.exchange.day.snapshot(trader.exchange.day.listing.find("NSE", INDEX), trader.now)
    assert (index.volume, index.ltq, index.atp, index.oi, index.bids) == (0, 0, 0, 0, None)
