"""Which trace a fault should leave, by what it hits."""

from collections.abc import Callable
from typing import NamedTuple

from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.simulator.exchange.fault_script import Fault

LOST = {"drop", "stall", "forbidden", "empty_body", "html_502"}
FIRST_LOOK = 2
"""From the third request on the trade book may be asked for fills that were booked already."""
SOON, LATER, TODAY = 2 * MINUTE, 45 * MINUTE, 8 * 60 * MINUTE


class Trace(NamedTuple):
    """What a fault should leave; without a pattern `why` it leaves nothing."""

    pattern: str
    within_ns: int = SOON
    of_order: bool = False
    why: str = ""


def expected(fault: Fault) -> Trace:
    """The trace of a fault, by what it hits."""
    if fault.what == "token_expiry":
        return Trace("^TokenRefreshed", TODAY)
    if fault.what == "clock_skew":
        return Trace("^(DataQualityError|StreamDisconnected|DataGapDetected)", LATER)
    return BY_TARGET[fault.on](fault)


def _placing(fault: Fault) -> Trace:
    if fault.what in LOST and not fault.accept:
        return Trace("^OrderAbsent", TODAY, of_order=True)
    if fault.what in ("unregistered_ip", "reject"):
        words = "AG7002" if fault.what == "unregistered_ip" else fault.reason
        return Trace(f"^OrderRejected.*{words}", SOON, of_order=True)
    return Trace("^OrderSubmitted", LATER, of_order=True)


def _cancelling(fault: Fault) -> Trace:
    """The order's end; a refused cancellation is told only of an order that lives on."""
    refused = "report: cancel_rejected AG7002|" if fault.what == "unregistered_ip" else ""
    pattern = f"^({refused}OrderCancelled|OrderExecuted|OrderRejected)"
    return Trace(pattern, LATER, of_order=True)


WORDS = {"html_502": "HTTP 502", "empty_body": "HTTP 200", "unregistered_ip": "Unregistered IP",
         "stall": "Timeout", "timeout_after_accept": "Timeout"}  # fmt: skip


def _reading(start: str) -> Callable[[Fault], Trace]:
    def trace(fault: Fault) -> Trace:
        if fault.what in ("delay", "forbidden"):
            return Trace("", why="a read waits, and is repeated when the broker throttles it")
        return Trace(f"^log: {start}.*{WORDS.get(fault.what, 'Client|Server')}", LATER)

    return trace


def _trade_book(fault: Fault) -> Trace:
    """Three failures in a row may hit the second look, which goes on until it succeeds."""
    if fault.nth > FIRST_LOOK:
        return Trace("", why="asked again until it is read: see the books' agreement")
    return _reading(".*average price")(fault)


def _order_update(fault: Fault) -> Trace:
    if fault.what == "kill":
        return Trace("^log: order stream", SOON)
    return Trace("", why="the order book makes up for it: see the books' agreement")


def _frame(fault: Fault) -> Trace:
    if fault.what in ("kill", "stall"):
        return Trace("^StreamDisconnected", LATER)
    return Trace("", why="the gate discards it, or the next packet is newer")


def _login(fault: Fault) -> Trace:
    if fault.times >= 3:
        return Trace("^TokenInvalid", LATER)
    return Trace("^(TokenRefreshed|TokensStored)", LATER)


BY_TARGET: dict[str, Callable[[Fault], Trace]] = {
    "placeOrder": _placing,
    "order": _placing,
    "cancelOrder": _cancelling,
    "getOrderBook": _reading("order book"),
    "details": _reading("details of"),
    "getTradeBook": _trade_book,
    "quote": _reading("no quotes"),
    "order_update": _order_update,
    "frame": _frame,
    "loginByPassword": _login,
    "getRMS": lambda _: Trace("^funds"),
    "getProfile": lambda _: Trace("^HealthChecked"),
    "getCandleData": lambda _: Trace("^(HistorySyncCompleted|RecoveryFailed)", LATER),
}
