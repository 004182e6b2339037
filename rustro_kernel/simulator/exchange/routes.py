"""Every route of the REST side: its name, its rate limit, and what it demands."""

from dataclasses import dataclass

from rustro_kernel.simulator.exchange.master_file import MASTER_PATH

AUTH = "/rest/auth/angelbroking"
SECURE = "/rest/secure/angelbroking"
PREFIXES = ("/gtt-service", "/order-service")
"""The client and the documents disagree; both are taken."""
DETAILS = f"{SECURE}/order/v1/details/"


@dataclass(frozen=True, slots=True)
class Route:
    """One route. `group` shares a rate limit; `writes` are refused from an unregistered address."""

    name: str
    method: str
    group: str
    is_secure: bool = True
    writes: bool = False


def _secure(path: str, method: str, group: str, *, writes: bool = False) -> tuple[str, Route]:
    name = path.rpartition("/")[2]
    return f"{SECURE}/{path}", Route(name, method, group, writes=writes)


ROUTES: dict[str, Route] = dict(
    [
        (f"{AUTH}/user/v1/loginByPassword", Route("loginByPassword", "POST", "login", False)),
        (f"{AUTH}/jwt/v1/generateTokens", Route("generateTokens", "POST", "tokens")),
        (MASTER_PATH, Route("master", "GET", "", False)),
        (DETAILS, Route("details", "GET", "details")),
        _secure("user/v1/logout", "POST", "logout"),
        _secure("user/v1/getProfile", "GET", "profile"),
        _secure("user/v1/getRMS", "GET", "rms"),
        _secure("order/v1/placeOrder", "POST", "orders", writes=True),
        _secure("order/v1/modifyOrder", "POST", "orders", writes=True),
        _secure("order/v1/cancelOrder", "POST", "orders", writes=True),
        _secure("order/v1/getOrderBook", "GET", "order_book"),
        _secure("order/v1/getTradeBook", "GET", "trade_book"),
        _secure("order/v1/getLtpData", "POST", "ltp"),
        _secure("order/v1/getPosition", "GET", "positions"),
        _secure("order/v1/convertPosition", "POST", "convert"),
        _secure("order/v1/searchScrip", "POST", "search"),
        _secure("portfolio/v1/getHolding", "GET", "holdings"),
        _secure("portfolio/v1/getAllHolding", "GET", "all_holdings"),
        _secure("historical/v1/getCandleData", "POST", "candles"),
        _secure("historical/v1/getOIData", "POST", "candles"),
        _secure("market/v1/quote", "POST", "quote"),
        (f"{SECURE}/margin/v1/batch", Route("margin", "POST", "margin")),
        _secure("brokerage/v1/estimateCharges", "POST", "charges"),
        _secure("gtt/v1/createRule", "POST", "gtt_writes", writes=True),
        _secure("gtt/v1/modifyRule", "POST", "gtt_writes", writes=True),
        _secure("gtt/v1/cancelRule", "POST", "gtt_writes", writes=True),
        _secure("gtt/v1/ruleDetails", "POST", "gtt"),
        _secure("gtt/v1/ruleList", "POST", "gtt"),
    ]
)


def find(path: str) -> tuple[Route, str] | None:
    """The route of a path and what follows it (the UUID of `details`)."""
    for prefix in PREFIXES:
        path = path.removeprefix(prefix)
    if path.startswith(DETAILS):
        return ROUTES[DETAILS], path.removeprefix(DETAILS).strip("/")
    route = ROUTES.get(path.rstrip("/"))
    return (route, "") if route else None
