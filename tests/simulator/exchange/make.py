"""An exchange on a generated day, and a trader that talks to it without a socket.

Times are clock times of `DATE`, prices are rupees. The trader's clock is in its hands.
"""

import datetime as dt
import json
from functools import cache
from typing import Any

import pyotp

from rustro_kernel.domain.instruments import Right
from rustro_kernel.domain.market_time import SECOND, at
from rustro_kernel.market_rules import MarketRules
from rustro_kernel.simulator.exchange import Account, Exchange, Habits, Request, parse_script
from rustro_kernel.simulator.exchange.quote import Quote
from rustro_kernel.simulator.exchange.routes import ROUTES
from rustro_kernel.simulator.market import SimMarket

DATE = dt.date(2026, 9, 9)  # after 2026-08-03: closing auction, derivatives until 15:40
ACCOUNT = Account()
TOTP = pyotp.TOTP(ACCOUNT.totp_seed)
PATHS = {route.name: path for path, route in ROUTES.items()}
METHODS = {route.name: route.method for route in ROUTES.values()}
INDEX = "99926000"
Answer = dict[str, Any]
WALL_S = 1_800_000_000  # whatever the wall says


@cache
def market(date: dt.date = DATE, regime: str = "range") -> SimMarket:
    """One market for all tests: the exchange only reads it."""
    return SimMarket.generated(date, MarketRules(), "NIFTY", 7, regime)


def exchange(script: str = "", *, account: Account = ACCOUNT, date=DATE, **habits) -> Exchange:
    """An exchange without rate limits, unless asked for."""
    plain = {"has_limits": False, **habits}
    return Exchange(market(date), account, Habits(**plain), parse_script(script))


def listed(exchange: Exchange, strike: int = 0, right: str = "CE"):
    """The nearest option of a strike in rupees; the middle one if none is said."""
    options = [one for one in exchange.day.market.instruments() if one.right]
    first = [o for o in options if (o.expiry, o.right) == (options[0].expiry, Right(right))]
    wanted = strike * 100 or first[len(first) // 2].strike
    found = next(one for one in first if one.strike == wanted)
    return exchange.day.listing.of(found.key)


class Trader:
    """Logs in and calls routes; `now` moves by `wait` only."""

    def __init__(self, exchange: Exchange, clock: str = "10:00:00", *, login: bool = True) -> None:
        self.exchange, self.date = exchange, dt.date.fromisoformat(exchange.day.market.rules.date)
        self.now = at(self.date, clock)
        self.tokens: dict[str, str] = {}
        self.headers = {
            "x-privatekey": exchange.account.api_key,
            "x-usertype": "USER",
            "x-sourceid": "WEB",
            "x-clientlocalip": "127.0.0.1",
            "x-clientpublicip": "127.0.0.1",
            "x-macaddress": "02:00:00:00:00:01",
        }
        self.messages: list[Answer] = []
        self.quotes: list[Quote] = []
        if login:
            self.login()

    def login(self, **fields) -> Answer:
        answer = self.call("loginByPassword", **{**self.credentials(), **fields})
        if answer["status"]:
            self.tokens = answer["data"]
            self.headers["authorization"] = f"Bearer {self.tokens['jwtToken']}"
        return answer

    def credentials(self) -> dict[str, str]:
        account = self.exchange.account
        code = TOTP.at(self.now // SECOND)
        return {"clientcode": account.client, "password": account.pin, "totp": code}

    def wait(self, seconds: float) -> "Trader":
        """Let the market go on."""
        self.now += round(seconds * SECOND)
        return self.listen()

    def wait_to(self, clock: str) -> "Trader":
        self.now = at(self.date, clock)
        return self.listen()

    def listen(self) -> "Trader":
        """Read what both streams would have been sent."""
        self.exchange.advance(self.now)
        for news in self.exchange.publish():
            if isinstance(news, str):
                self.messages.append(json.loads(news))
            else:
                self.quotes.append(news)
        return self

    def raw(self, name: str, body: Answer | None = None, rest: str = "", **request):
        """The reply of a route as it is."""
        about = {"method": METHODS[name], "path": PATHS[name] + rest, "headers": self.headers}
        asked = Request(**{**about, "body": json.dumps(body or {}).encode(), **request})
        reply = self.exchange.handle(asked, self.now, WALL_S)
        self.listen()
        return reply

    def call(self, name: str, rest: str = "", **body) -> Answer:
        """The parsed answer of a route."""
        answer: Answer = json.loads(self.raw(name, body, rest).body)
        return answer

    def data(self, name: str, rest: str = "", **body):
        """What a route that must succeed answers."""
        answer = self.call(name, rest, **body)
        assert answer["status"] is True, answer
        return answer["data"]

    def touch(self, option) -> tuple[int, int]:
        """Best bid and best ask in paise, now; the last price where there is no book yet."""
        quote = self.exchange.day.snapshot(option, self.now)
        sides = (quote.bids, quote.asks)
        bid, ask = (rows[0].price if rows else quote.ltp for rows in sides)
        return bid, ask

    def just_quoted(self, option, most: int = 1000) -> "Trader":
        """Wait for a new quote that offers few units; the next one is a second away or more."""
        while True:
            before = self.exchange.day.snapshot(option, self.now).sequence
            quote = self.wait(0.05).exchange.day.snapshot(option, self.now)
            if quote.sequence != before and quote.asks and quote.asks[0].quantity <= most:
                return self

    def ask_for(self, option, **fields) -> Answer:
        """The fields of an order to buy one lot, a rupee above the ask."""
        plain = {
            "variety": "NORMAL",
            "tradingsymbol": option.symbol,
            "symboltoken": option.token,
            "transactiontype": "BUY",
            "exchange": option.exchange,
            "ordertype": "LIMIT",
            "producttype": "CARRYFORWARD",
            "duration": "DAY",
            "price": str((self.touch(option)[1] + 100) / 100),
            "quantity": str(option.instrument.lot),
        }
        return {**plain, **fields}

    def place(self, option, **fields):
        """Place an order; its id."""
        return self.data("placeOrder", **self.ask_for(option, **fields))["orderid"]

    def order(self, order_id: str) -> Answer:
        """An order as the book has it."""
        rows = self.data("getOrderBook") or []
        return next(row for row in rows if row["orderid"] == order_id)

    def codes(self, order_id: str) -> list[str]:
        """What the order stream said of an order."""
        mine = (m for m in self.messages if m["orderData"]["orderid"] == order_id)
        return [message["order-status"] for message in mine]
