"""Every route we call: its path, its rate group, and whether it moves orders.

Paths and published limits: facts/smartapi.md 1.6 and 9.1. Our windows stay under them, because a
request's way to the broker takes now more, now less time.
"""

from enum import Enum
from typing import NamedTuple

from rustro_kernel.domain.market_time import SECOND


class Window(NamedTuple):
    """At most `calls` in any stretch of `span_ns`."""

    calls: int
    span_ns: int


def _seconds(calls: int, seconds: float) -> Window:
    return Window(calls, round(seconds * SECOND))


MINUTE_500 = _seconds(500, 61)
HOUR_1000, HOUR_5000 = _seconds(1000, 3605), _seconds(5000, 3605)


class Group(Enum):
    """Routes that share one budget of the account."""

    LOGIN = "login"
    REFRESH = "refresh"
    LOGOUT = "logout"
    PROFILE = "profile"
    FUNDS = "funds"
    ORDERS = "orders"
    ORDER_BOOK = "order_book"
    TRADE_BOOK = "trade_book"
    POSITIONS = "positions"
    DETAILS = "details"
    QUOTE = "quote"
    MARGIN = "margin"
    CANDLES = "candles"


WINDOWS: dict[Group, tuple[Window, ...]] = {
    Group.LOGIN: (_seconds(1, 1.2),),
    Group.REFRESH: (_seconds(1, 1.2), HOUR_1000),
    Group.LOGOUT: (_seconds(1, 1.2),),
    Group.PROFILE: (_seconds(2, 1), HOUR_1000),
    Group.FUNDS: (_seconds(2, 1.1), HOUR_5000),
    Group.ORDERS: (_seconds(8, 1.1), MINUTE_500, HOUR_1000),  # 9 a second are published for all
    Group.ORDER_BOOK: (_seconds(1, 1.25),),
    Group.TRADE_BOOK: (_seconds(1, 1.25),),
    Group.POSITIONS: (_seconds(1, 1.25),),
    Group.DETAILS: (_seconds(10, 1.1), MINUTE_500, HOUR_5000),
    Group.QUOTE: (_seconds(6, 1), MINUTE_500, HOUR_5000),
    Group.MARGIN: (_seconds(10, 1.1), MINUTE_500, HOUR_5000),
    Group.CANDLES: (_seconds(2, 1), _seconds(180, 61), HOUR_5000),
}


class Route(NamedTuple):
    """One call of the REST API. A write changes orders at the exchange."""

    name: str
    method: str
    path: str
    group: Group
    is_write: bool = False


S = "/rest/secure/angelbroking"
LOGIN = Route(
    "loginByPassword", "POST", "/rest/auth/angelbroking/user/v1/loginByPassword", Group.LOGIN
)
REFRESH = Route(
    "generateTokens", "POST", "/rest/auth/angelbroking/jwt/v1/generateTokens", Group.REFRESH
)
LOGOUT = Route("logout", "POST", f"{S}/user/v1/logout", Group.LOGOUT)
PROFILE = Route("getProfile", "GET", f"{S}/user/v1/getProfile", Group.PROFILE)
FUNDS = Route("getRMS", "GET", f"{S}/user/v1/getRMS", Group.FUNDS)
PLACE = Route("placeOrder", "POST", f"{S}/order/v1/placeOrder", Group.ORDERS, is_write=True)
MODIFY = Route("modifyOrder", "POST", f"{S}/order/v1/modifyOrder", Group.ORDERS, is_write=True)
CANCEL = Route("cancelOrder", "POST", f"{S}/order/v1/cancelOrder", Group.ORDERS, is_write=True)
ORDER_BOOK = Route("getOrderBook", "GET", f"{S}/order/v1/getOrderBook", Group.ORDER_BOOK)
TRADE_BOOK = Route("getTradeBook", "GET", f"{S}/order/v1/getTradeBook", Group.TRADE_BOOK)
POSITIONS = Route("getPosition", "GET", f"{S}/order/v1/getPosition", Group.POSITIONS)
DETAILS = Route("details", "GET", f"{S}/order/v1/details/", Group.DETAILS)
QUOTE = Route("quote", "POST", f"{S}/market/v1/quote", Group.QUOTE)
CANDLES = Route("getCandleData", "POST", f"{S}/historical/v1/getCandleData", Group.CANDLES)
MARGIN = Route("margin", "POST", f"{S}/margin/v1/batch", Group.MARGIN)

ALL = (
    LOGIN, REFRESH, LOGOUT, PROFILE, FUNDS, PLACE, MODIFY, CANCEL, ORDER_BOOK, TRADE_BOOK,
    POSITIONS, DETAILS, QUOTE, CANDLES, MARGIN,
)  # fmt: skip
