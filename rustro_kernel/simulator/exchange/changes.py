"""Modifications and cancellations on their way; an order that is final by then wins."""

from collections.abc import Callable

from rustro_kernel.simulator.exchange import order as states
from rustro_kernel.simulator.exchange.agenda import Agenda
from rustro_kernel.simulator.exchange.arrivals import MILLISECOND, funds_problem
from rustro_kernel.simulator.exchange.order import Form, Order
from rustro_kernel.simulator.exchange.order_rules import (
    OrderRules,
    broker_refusal,
    exchange_refusal,
    protected,
)
from rustro_kernel.simulator.exchange.pit import Pit
from rustro_kernel.simulator.exchange.ticker import Ticker


class Changes:
    """Carries requests on live orders to the exchange."""

    def __init__(self, agenda: Agenda, pit: Pit, rules: OrderRules) -> None:
        self._agenda, self._pit, self._rules = agenda, pit, rules

    def cancel(self, order: Order, now_ns: int) -> None:
        """A cancellation was taken."""
        if order.is_parked:
            order.cancelled = order.remaining
            self._pit.turn(order, states.PARKED_CANCELLED, now_ns)
            return
        self._pit.turn(order, states.CANCEL_PENDING, now_ns)
        self._later(now_ns, lambda ts_ns: self._cancel(order, ts_ns))

    def modify(self, order: Order, form: Form, now_ns: int) -> None:
        """A modification was taken; its quantity is the new total."""
        if order.is_parked:
            order.form = form
            self._pit.turn(order, states.PARKED_MODIFIED, now_ns)
            return
        self._pit.turn(order, states.MODIFY_PENDING, now_ns)
        self._later(now_ns, lambda ts_ns: self._modify(order, form, ts_ns))

    def _cancel(self, order: Order, ts_ns: int) -> None:
        if not order.is_final:
            self._pit.cancel(order, ts_ns)

    def _modify(self, order: Order, form: Form, ts_ns: int) -> None:
        if order.is_final:
            return
        ticker = self._pit.ticker(order.listed, ts_ns)
        if form.order_type == "MARKET":
            form = protected(form, ticker, self._rules.price_band)
        before, order.form = order.form, form
        order.text = self._problem(order, ticker)
        if order.text:
            order.form = before
            self._pit.turn(order, order.resting, ts_ns)
            return
        self._pit.turn(order, states.MODIFIED, ts_ns)
        if order.is_in_book:
            self._pit.go_on(order, ts_ns)

    def _problem(self, order: Order, ticker: Ticker) -> str:
        """Why an order cannot become what it was changed to; then it stays what it was."""
        form = order.form
        if form.quantity <= order.filled:
            return f"Quantity {form.quantity} is not more than the filled {order.filled}"
        return (
            broker_refusal(form, order.listed)
            or self._rules.price_problem(form, ticker)
            or exchange_refusal(form, ticker)
            or funds_problem(self._pit)
        )

    def _later(self, now_ns: int, step: Callable[[int], None]) -> None:
        self._agenda.at(now_ns + self._rules.habits.reach_ms * MILLISECOND, step)
