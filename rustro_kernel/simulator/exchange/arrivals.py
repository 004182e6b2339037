"""A new order on its way: the broker's checks, then the exchange's, then the book.

Each step is later than the one before, so the answer to placeOrder never knows how it ends.
"""

from rustro_kernel.simulator.exchange import order as states
from rustro_kernel.simulator.exchange.agenda import Agenda
from rustro_kernel.simulator.exchange.order import Order
from rustro_kernel.simulator.exchange.order_rules import (
    OrderRules,
    broker_refusal,
    exchange_refusal,
    protected,
)
from rustro_kernel.simulator.exchange.pit import Pit

MILLISECOND = 1_000_000


class Arrivals:
    """Brings orders from the broker to the exchange."""

    def __init__(self, agenda: Agenda, pit: Pit, rules: OrderRules) -> None:
        self._agenda, self._pit, self._rules = agenda, pit, rules

    def begin(self, order: Order, now_ns: int) -> None:
        """An order was taken: check it soon, or park it until the market opens."""
        order.updated_ns = now_ns
        open_ns = self._pit.hours.parked_until(now_ns)
        if open_ns:
            order.is_parked = True
            self._pit.turn(order, states.PARKED, now_ns)
            self._agenda.at(open_ns, lambda ts_ns: self._validate(order, ts_ns))
        else:
            self._pit.add(order)
            due_ns = now_ns + self._rules.habits.validate_ms * MILLISECOND
            self._agenda.at(due_ns, lambda ts_ns: self._validate(order, ts_ns))

    def _validate(self, order: Order, ts_ns: int) -> None:
        """The broker's checks."""
        order.is_parked = False
        if order.is_final:
            return
        reason = order.forced_reason or broker_refusal(order.form, order.listed)
        if not (reason or self._rules.habits.refuses_price_at_once):
            reason = self._rules.price_problem(order.form, self._pit.ticker(order.listed, ts_ns))
        reason = reason or funds_problem(self._pit)
        if reason:
            self._pit.reject(order, reason, ts_ns)
            return
        self._pit.turn(order, states.OPEN_PENDING, ts_ns)
        due_ns = ts_ns + self._rules.habits.reach_ms * MILLISECOND
        self._agenda.at(due_ns, lambda at_ns: self._arrive(order, at_ns))

    def _arrive(self, order: Order, ts_ns: int) -> None:
        """The exchange's checks, then its book."""
        if order.is_final:
            return
        ticker = self._pit.ticker(order.listed, ts_ns)
        reason = exchange_refusal(order.form, ticker)
        if not reason and not self._pit.hours.is_open(ts_ns):
            reason = "16000 : The market is closed for trading"
        if reason:
            self._pit.reject(order, reason, ts_ns)
            return
        if order.form.order_type == "MARKET":
            order.form = protected(order.form, ticker, self._rules.price_band)
        self._pit.enter(order, ts_ns)


def funds_problem(pit: Pit) -> str:
    """What the live orders, the one in question included, cost beyond the money there is."""
    free = pit.available
    if free >= 0:
        return ""
    return f"Insufficient Funds: short by Rs.{-free / 100:.2f} in the trading account"
