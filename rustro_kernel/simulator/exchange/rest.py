"""The REST side without HTTP: a route's name and a body in, an answer out."""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from rustro_kernel.simulator.exchange.candles import Candles
from rustro_kernel.simulator.exchange.desk import NOT_FOUND, Desk
from rustro_kernel.simulator.exchange.estimates import Estimates
from rustro_kernel.simulator.exchange.faults import Faults
from rustro_kernel.simulator.exchange.logins import Logins
from rustro_kernel.simulator.exchange.market_data import MarketData
from rustro_kernel.simulator.exchange.order_rows import Row, book_row
from rustro_kernel.simulator.exchange.pit import Pit
from rustro_kernel.simulator.exchange.position_rows import funds, position_row
from rustro_kernel.simulator.exchange.replies import Refusal, Reply, answer, failure, success
from rustro_kernel.simulator.exchange.trade_rows import trade_rows

NO_TOTALS = ("totalholdingvalue", "totalinvvalue", "totalprofitandloss", "totalpnlpercentage")
NO_GTT = failure("AB9000", "Internal Server Error: GTT rules are not simulated")
NO_CONVERSION = failure("AB1017", "Position conversion failed")
NO_ORDER = Refusal("AB1007", "Order not found")


@dataclass(frozen=True, slots=True)
class Call:
    """One request that passed the gate."""

    body: dict[str, object]
    now_ns: int
    wall_s: int
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the routes work on."""

    logins: Logins
    desk: Desk
    pit: Pit
    data: MarketData
    candles: Candles
    estimates: Estimates
    faults: Faults
    master: Callable[[], bytes]
    skew_ns: Callable[[], int]


class Rest:
    """Answers the routes."""

    def __init__(self, parts: Parts) -> None:
        self._parts = p = parts
        self._answers: dict[str, Callable[[Call], Reply]] = {
            "loginByPassword": lambda c: answer(p.logins.login(c.body, c.now_ns, c.wall_s)),
            "generateTokens": lambda c: answer(p.logins.renew(c.body, c.now_ns)),
            "getProfile": lambda _: success(p.logins.profile()),
            "logout": self._logout,
            "getRMS": lambda _: success(funds(p.pit.portfolio, p.pit.available)),
            "placeOrder": self._place,
            "modifyOrder": lambda c: answer(p.desk.modify(c.body, c.now_ns)),
            "cancelOrder": lambda c: answer(p.desk.cancel(c.body, c.now_ns)),
            "getOrderBook": self._order_book,
            "getTradeBook": lambda _: success(trade_rows(p.desk) or None),
            "details": self._details,
            "getPosition": self._positions,
            "convertPosition": lambda _: NO_CONVERSION,
            "getHolding": lambda _: success([]),
            "getAllHolding": lambda _: success(
                {"holdings": [], "totalholding": dict.fromkeys(NO_TOTALS, 0)}
            ),
            "getLtpData": lambda c: p.data.ltp(c.body, c.now_ns),
            "quote": lambda c: p.data.quotes(c.body, c.now_ns),
            "searchScrip": lambda c: p.data.search(c.body, c.now_ns),
            "getCandleData": lambda c: p.candles.candles(c.body, c.now_ns),
            "getOIData": lambda c: p.candles.interest(c.body, c.now_ns),
            "margin": lambda c: answer(p.estimates.margin(c.body, c.now_ns)),
            "estimateCharges": lambda c: answer(p.estimates.charges(c.body, c.now_ns)),
            "master": lambda _: Reply(p.master()),
        }

    def answer(self, name: str, call: Call) -> Reply:
        """The answer of a route."""
        found = self._answers.get(name)
        return found(call) if found else NO_GTT

    def _logout(self, _: Call) -> Reply:
        self._parts.logins.end()
        return success("Logout Successfully")

    def _place(self, call: Call) -> Reply:
        """Place an order; a fault may have decided how it ends."""
        reason = ""
        for fault, line in self._parts.faults.strike("order", call.now_ns):
            reason, line.detail = fault.reason, f"to be rejected: {call.body.get('ordertag', '')}"
        return answer(self._parts.desk.place(call.body, call.now_ns, reason))

    def _order_book(self, _: Call) -> Reply:
        skew_ns = self._parts.skew_ns()
        return success([book_row(order, skew_ns) for order in self._parts.desk] or None)

    def _details(self, call: Call) -> Reply:
        """One order by its UUID; an order id, or an order of yesterday, is not found."""
        order = self._parts.desk.by_uid(call.rest)
        if order is None:
            return answer(NO_ORDER if call.rest.isdigit() else NOT_FOUND)
        return success(book_row(order, self._parts.skew_ns()))

    def _positions(self, call: Call) -> Reply:
        pit = self._parts.pit
        rows: list[Row] = [
            position_row(position, pit.ticker(position.listed, call.now_ns))
            for position in pit.portfolio.positions.values()
        ]
        return success(rows or None)


def body_of(raw: bytes) -> dict[str, object]:
    """The JSON object of a request; an empty one if there is none."""
    try:
        body = msgspec.json.decode(raw or b"{}")
    except msgspec.DecodeError:
        return {}
    return body if isinstance(body, dict) else {}
