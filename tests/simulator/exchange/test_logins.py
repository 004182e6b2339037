"""Login, tokens, gate and rate limits."""

import json

import pytest

from rustro_kernel.domain.market_time import SECOND
from tests.simulator.exchange.make import TOTP, WALL_S, Trader, exchange, listed


@pytest.fixture
def out():
    """A trader who has not logged in."""
    return Trader(exchange(), login=False)


def code(trader, steps=0):
    return TOTP.at(trader.now // SECOND + 30 * steps)


def test_a_login_gives_three_tokens_and_a_profile(out):
    answer = out.login(state="mine")
    assert answer["message"] == "SUCCESS"
    assert set(answer["data"]) == {"jwtToken", "refreshToken", "feedToken", "state"}
    assert answer["data"]["state"] == "mine"
    assert not answer["data"]["jwtToken"].startswith("Bearer")
    assert out.data("getProfile")["clientcode"] == "SIM001"


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_code_one_step_off_is_taken(out, steps):
    assert out.login(totp=code(out, steps))["status"] is True


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_code_two_steps_off_is_not(out, steps):
    answer = out.login(totp=code(out, steps))
    assert (answer["status"], answer["errorcode"]) == (False, "AB1050")


def test_a_code_of_the_wall_clock_is_taken(out):
    assert out.login(totp=TOTP.at(WALL_S))["status"] is True


def test_a_code_is_taken_once(out):
    used = code(out)
    assert out.login(totp=used)["status"] is True
    assert out.login(totp=used)["errorcode"] == "AB1050"
    out.wait(30)
    assert out.login(totp=used)["errorcode"] == "AB1050"
    assert out.login()["status"] is True


@pytest.mark.parametrize("fields", [{"password": "0000"}, {"clientcode": "X1"}])
def test_a_wrong_client_or_pin_is_ab1007(out, fields):
    assert out.login(**fields)["errorcode"] == "AB1007"


def test_an_unknown_key_is_said_in_two_dialects(out):
    out.headers["x-privatekey"] = "other"
    assert out.login()["errorcode"] == "AB1034"
    inside = Trader(out.exchange)
    inside.headers["x-privatekey"] = ""
    assert inside.call("getRMS")["errorCode"] == "AG8004"


def test_a_missing_doubled_or_made_up_token_is_refused_in_dialect_b(out):
    assert out.call("getRMS") == {
        "success": False,
        "message": "Token missing",
        "errorCode": "AG8003",
        "data": "",
    }
    out.login()
    out.headers["authorization"] = "Bearer " + out.headers["authorization"]
    assert out.call("getRMS")["errorCode"] == "AG8001"
    out.headers["authorization"] = "Bearer made.up.token"
    assert out.call("getRMS")["errorCode"] == "AG8001"


def test_tokens_die_at_midnight():
    trader = Trader(exchange(), "23:59:59")
    trader.data("getRMS")
    trader.wait(1)
    assert trader.call("getRMS")["errorCode"] == "AG8002"
    refresh = trader.call("generateTokens", refreshToken=trader.tokens["refreshToken"])
    assert refresh["errorCode"] == "AG8002"
    assert trader.login()["status"] is True


def test_a_refresh_gives_new_tokens_and_keeps_the_old_ones(out):
    out.login()
    renewed = out.data("generateTokens", refreshToken=out.tokens["refreshToken"])
    assert renewed["jwtToken"] != out.tokens["jwtToken"]
    assert renewed["state"] is None
    out.data("getRMS")
    out.headers["authorization"] = f"Bearer {renewed['jwtToken']}"
    out.data("getRMS")
    assert out.call("generateTokens", refreshToken="x")["errorcode"] == "AB8050"


def test_logout_ends_every_token(out):
    out.login()
    assert out.data("logout", clientcode="SIM001") == "Logout Successfully"
    assert out.call("getRMS")["errorCode"] == "AG8001"


def test_the_headers_are_demanded(out):
    out.login()
    out.headers["x-usertype"] = "ROBOT"
    assert out.call("getRMS")["errorcode"] == "AB1005"
    out.headers |= {"x-usertype": "USER", "x-macaddress": ""}
    assert out.call("getRMS")["errorcode"] == "AB1004"


def test_orders_come_from_the_registered_address_only():
    trader = Trader(exchange(registered_ip="10.0.0.1"))
    option = listed(trader.exchange)
    order = trader.ask_for(option)
    for name in ("placeOrder", "modifyOrder", "cancelOrder"):
        assert trader.call(name, **order)["errorCode"] == "AG7002"
    trader.data("getOrderBook")
    assert json.loads(trader.raw("placeOrder", order, address="10.0.0.1").body)["status"] is True


def test_the_tenth_order_write_of_a_second_is_403_and_text():
    trader = Trader(exchange(has_limits=True))
    cancel = {"variety": "NORMAL", "orderid": "1"}
    names = ["cancelOrder", "modifyOrder", "placeOrder"] * 3
    assert [trader.raw(name, cancel).status for name in names] == [200] * 9
    tenth = trader.raw("cancelOrder", cancel)
    assert (tenth.status, tenth.content_type) == (403, "text/plain")
    assert tenth.body == b"Access denied because of exceeding access rate"
    assert trader.wait(1).raw("cancelOrder", cancel).status == 200


def test_windows_roll():
    trader = Trader(exchange(has_limits=True))
    trader.wait(0.9)
    assert [trader.raw("getCandleData").status for _ in range(3)] == [400] * 3
    trader.wait(0.2)
    assert trader.raw("getOIData").status == 403
    trader.wait(0.8)
    assert trader.raw("getOIData").status == 200


def test_refused_calls_use_up_the_longer_windows():
    trader = Trader(exchange(has_limits=True))
    for _ in range(180):
        trader.raw("getCandleData")
    trader.wait(30)
    assert trader.raw("getCandleData").status == 403
    trader.wait(31)
    assert trader.raw("getCandleData").status == 400


def test_books_are_one_a_second_each():
    trader = Trader(exchange(has_limits=True))
    books = ("getOrderBook", "getTradeBook", "getPosition")
    assert [trader.raw(name).status for name in (*books, *books)] == [200] * 3 + [403] * 3


def test_an_unknown_route_or_method_is_html():
    trader = Trader(exchange())
    for wrong in ({"path": "/rest/none"}, {"method": "POST"}):
        reply = trader.raw("getRMS", **wrong)
        assert (reply.status, reply.content_type) == (404, "text/html")
