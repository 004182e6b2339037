"""The whole broker and exchange without a socket: time and requests in, answers and packets out."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping

from rustro_kernel.domain.market_time import SECOND, midnight_ns
from rustro_kernel.simulator.exchange.fault_script import Fault
from rustro_kernel.simulator.exchange.faults import Faults, Struck
from rustro_kernel.simulator.exchange.gate import Gate, Request
from rustro_kernel.simulator.exchange.handshakes import Denied, Handshakes
from rustro_kernel.simulator.exchange.logins import Logins
from rustro_kernel.simulator.exchange.market_stream import MarketStream
from rustro_kernel.simulator.exchange.order_rows import greeting
from rustro_kernel.simulator.exchange.outlet import Outlet
from rustro_kernel.simulator.exchange.replies import HTML, Reply
from rustro_kernel.simulator.exchange.request_faults import faulty, is_done
from rustro_kernel.simulator.exchange.rest import Call, Rest, body_of
from rustro_kernel.simulator.exchange.routes import Route, find
from rustro_kernel.simulator.exchange.settings import Account, Habits
from rustro_kernel.simulator.exchange.trading_day import Published, TradingDay
from rustro_kernel.simulator.market import SimMarket


class Exchange:
    """One account at one broker on one day; the times it is given must never decrease.

    Args:
        market: The day that is played.
        account: Who may log in.
        habits: How it behaves where the real one is uncertain.
        faults: The fault script.
    """

    def __init__(
        self,
        market: SimMarket,
        account: Account | None = None,
        habits: Habits | None = None,
        faults: Iterable[Fault] = (),
    ) -> None:
        self.account, self.habits = account or Account(), habits or Habits()
        self.day = TradingDay(market, self.account, self.habits)
        self.faults = Faults(faults, midnight_ns(dt.date.fromisoformat(market.rules.date)))
        self.logins = Logins(self.account)
        self.gate = Gate(self.account, self.habits, self.logins)
        self.handshakes = Handshakes(self.account, self.logins, self.habits.connections)
        self.requests: Counter[str] = Counter()
        self._rest = Rest(self.day, self.logins, self.faults, self.habits)

    @property
    def skew_ns(self) -> int:
        """How far the broker's own clock is off."""
        return self.day.feed.skew_ns

    def due_ns(self) -> int:
        """When something happens next without a request."""
        return self.day.due_ns()

    def advance(self, now_ns: int) -> None:
        """Let everything happen up to a moment; what it publishes is for `publish`."""
        self.day.advance(now_ns)
        for fault, line in self.faults.due(now_ns):
            self._strike(fault, line, now_ns)

    def publish(self) -> list[Published]:
        """What has to go out since the last call, in order."""
        return self.day.publish()

    def handle(self, request: Request, now_ns: int, wall_s: int) -> Reply:
        """Answer a request; `wall_s` is the wall clock, for one-time passwords only."""
        self.advance(now_ns)
        found = find(request.path)
        if found is None or found[0].method != request.method:
            return Reply(b"<html>404 page not found</html>", 404, HTML)
        route, rest = found
        self.requests[route.name] += 1
        bent = self._strikes(route, now_ns)
        is_heard = all(is_done(fault) for fault, _ in bent)
        call = Call(body_of(request.body), now_ns, wall_s, rest)
        reply = self._answer(route, request, call) if is_heard else Reply()
        for fault, line in bent:
            line.detail = _outcome(route, reply, is_heard=is_heard)
            reply = faulty(fault, reply)
        return reply

    def open_market(
        self, headers: Mapping[str, str], query: Mapping[str, str], now_ns: int
    ) -> MarketStream | Denied:
        """A connection of the market stream; `handshakes.leave` ends it."""
        self.advance(now_ns)
        denied = self.handshakes.market(headers, query, now_ns)
        return denied or MarketStream(self.day.listing, self.day.snapshot, self.habits.quota)

    def open_orders(self, headers: Mapping[str, str], now_ns: int) -> str | Denied:
        """A connection of the order stream: its greeting; `handshakes.leave` ends it."""
        self.advance(now_ns)
        return self.handshakes.orders(headers, now_ns) or greeting(self.account.client)

    def outlet(self, target: str) -> Outlet:
        """The way out of a new connection: "frame" or "order_update"."""
        return Outlet(self.faults, target)

    def _answer(self, route: Route, request: Request, call: Call) -> Reply:
        stopped = self.gate.stops(route, request, call.now_ns)
        return stopped or self._rest.answer(route.name, call)

    def _strikes(self, route: Route, now_ns: int) -> list[tuple[Fault, Struck]]:
        """The faults of this request; what strikes the whole broker happens here."""
        bent = []
        for fault, line in self.faults.strike(route.name, now_ns):
            if fault.is_instant:
                self._strike(fault, line, now_ns)
            else:
                bent.append((fault, line))
        return bent

    def _strike(self, fault: Fault, line: Struck, now_ns: int) -> None:
        if fault.what == "token_expiry":
            self.logins.expire()
            line.detail = "all tokens expired"
            return
        self.day.feed.skew_ns = round(fault.skew_s * SECOND)
        line.detail = f"clock {fault.skew_s:+} s"
        if fault.for_s:
            self.day.agenda.at(now_ns + round(fault.for_s * SECOND), self._right_clock)

    def _right_clock(self, _: int) -> None:
        self.day.feed.skew_ns = 0


def _outcome(route: Route, reply: Reply, *, is_heard: bool) -> str:
    """What came of a request that a fault struck; bodies only of order writes: no tokens."""
    if not is_heard:
        return "not done"
    return f"done: {reply.body.decode()}" if route.writes else "done"
