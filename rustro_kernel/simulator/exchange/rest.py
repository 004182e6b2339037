"""The REST side without HTTP: a route's name and a body in, an answer out."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import msgspec

from rustro_kernel.simulator.exchange.candles import Candles
from rustro_kernel.simulator.exchange.desk import NOT_FOUND
from rustro_kernel.simulator.exchange.estimates import Estimates
from rustro_kernel.simulator.exchange.faults import Faults
from rustro_kernel.simulator.exchange.logins import Logins
from rustro_kernel.simulator.exchange.market_data import MarketData
from rustro_kernel.simulator.exchange.master_file import master_file
from rustro_kernel.simulator.exchange.order_rows import Row, book_row
from rustro_kernel.simulator.exchange.position_rows import funds, position_row
from rustro_kernel.simulator.exchange.replies import Refusal, Reply, answer, failure, success
from rustro_kernel.simulator.exchange.settings import Habits
from rustro_kernel.simulator.exchange.trade_rows import trade_rows
from rustro_kernel.simulator.exchange.trading_day import TradingDay

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


class Rest:
    """Answers the routes."""

    def __init__(self, day: TradingDay, logins: Logins, faults: Faults, habits: Habits) -> None:
        self._day, self._logins, self._faults, self._habits = day, logins, faults, habits
        ticker, listing = day.feed.ticker, day.listing
        data, candles = MarketData(listing, ticker), Candles(day.market, listing, ticker)
        estimates = Estimates(listing, ticker, day.market.rules.charges)
        self._answers: dict[str, Callable[[Call], Reply]] = {
            "loginByPassword": lambda c: answer(logins.login(c.body, c.now_ns, c.wall_s)),
            "generateTokens": lambda c: answer(logins.renew(c.body, c.now_ns)),
            "getProfile": lambda _: success(logins.profile()),
            "logout": self._logout,
            "getRMS": lambda _: success(funds(day.pit.portfolio, day.pit.available)),
            "placeOrder": self._place,
            "modifyOrder": lambda c: answer(day.desk.modify(c.body, c.now_ns)),
            "cancelOrder": lambda c: answer(day.desk.cancel(c.body, c.now_ns)),
            "getOrderBook": self._order_book,
            "getTradeBook": lambda _: success(trade_rows(day.desk) or None),
            "details": self._details,
            "getPosition": self._positions,
            "convertPosition": lambda _: NO_CONVERSION,
            "getHolding": lambda _: success([]),
            "getAllHolding": lambda _: success(
                {"holdings": [], "totalholding": dict.fromkeys(NO_TOTALS, 0)}
            ),
            "getLtpData": lambda c: data.ltp(c.body, c.now_ns),
            "quote": lambda c: data.quotes(c.body, c.now_ns),
            "searchScrip": lambda c: data.search(c.body, c.now_ns),
            "getCandleData": lambda c: candles.candles(c.body, c.now_ns),
            "getOIData": lambda c: candles.interest(c.body, c.now_ns),
            "margin": lambda c: answer(estimates.margin(c.body, c.now_ns)),
            "estimateCharges": lambda c: answer(estimates.charges(c.body, c.now_ns)),
            "master": lambda _: Reply(self._master),
        }

    def answer(self, name: str, call: Call) -> Reply:
        """The answer of a route."""
        found = self._answers.get(name)
        return found(call) if found else NO_GTT

    @cached_property
    def _master(self) -> bytes:
        habits, listing = self._habits, self._day.listing
        return master_file(listing, habits.master_rows, has_new_columns=habits.has_new_columns)

    def _logout(self, _: Call) -> Reply:
        self._logins.end()
        return success("Logout Successfully")

    def _place(self, call: Call) -> Reply:
        """Place an order; a fault may have decided how it ends."""
        reason = ""
        for fault, line in self._faults.strike("order", call.now_ns):
            reason, line.detail = fault.reason, f"to be rejected: {call.body.get('ordertag', '')}"
        return answer(self._day.desk.place(call.body, call.now_ns, reason))

    def _order_book(self, _: Call) -> Reply:
        skew_ns = self._day.feed.skew_ns
        return success([book_row(order, skew_ns) for order in self._day.desk] or None)

    def _details(self, call: Call) -> Reply:
        """One order by its UUID; an order id, or an order of yesterday, is not found."""
        order = self._day.desk.by_uid(call.rest)
        if order is None:
            return answer(NO_ORDER if call.rest.isdigit() else NOT_FOUND)
        return success(book_row(order, self._day.feed.skew_ns))

    def _positions(self, call: Call) -> Reply:
        pit = self._day.pit
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
