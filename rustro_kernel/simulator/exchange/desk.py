"""The order desk: placeOrder, modifyOrder and cancelOrder as requests with an answer at once."""

from collections.abc import Iterator, Mapping

from rustro_kernel.domain.market_time import SECOND, ist_date, midnight_ns
from rustro_kernel.simulator.exchange import order_form
from rustro_kernel.simulator.exchange.agenda import Agenda
from rustro_kernel.simulator.exchange.arrivals import Arrivals
from rustro_kernel.simulator.exchange.changes import Changes
from rustro_kernel.simulator.exchange.listing import Listing
from rustro_kernel.simulator.exchange.order import Form, Order
from rustro_kernel.simulator.exchange.order_rules import OrderRules
from rustro_kernel.simulator.exchange.pit import Pit
from rustro_kernel.simulator.exchange.replies import Refusal

Body = Mapping[str, object]
Answer = dict[str, object] | Refusal
NOT_FOUND = Refusal("AB1013", "Order not found")
FINISHED = Refusal("AB1007", "Order is already finished: it cannot be modified or cancelled")
TOO_FEW = Refusal("AB1007", "Bad Input: quantity should be more than what is filled")
WRONG_VARIETY = Refusal("AB1008", "Invalid variety: it does not match the order")


class Desk:
    """Takes orders and requests on them; the rest happens on the agenda."""

    def __init__(self, listing: Listing, agenda: Agenda, pit: Pit, rules: OrderRules) -> None:
        self._listing, self._pit, self._rules = listing, pit, rules
        self._arrivals, self._changes = Arrivals(agenda, pit, rules), Changes(agenda, pit, rules)
        self._orders: dict[str, Order] = {}

    def __iter__(self) -> Iterator[Order]:
        """Today's orders, oldest first."""
        return iter(self._orders.values())

    def by_uid(self, uid: str) -> Order | None:
        """The order of a UUID; an order id is none."""
        return next((order for order in self if order.uid == uid), None)

    def place(self, body: Body, now_ns: int, forced_reason: str = "") -> Answer:
        """Take an order, or refuse it at once.

        Args:
            body: The request.
            now_ns: When it came.
            forced_reason: A fault: reject it a moment later with these words.
        """
        listed = order_form.instrument(body, self._listing)
        if isinstance(listed, Refusal):
            return listed
        form = order_form.form(body)
        if isinstance(form, Refusal):
            return form
        order = Order(self._next_id(now_ns), form, listed, now_ns, forced_reason=forced_reason)
        refusal = self._refusal(order, now_ns)
        if refusal:
            return refusal
        self._count_repeated(form)
        self._orders[order.id] = order
        self._arrivals.begin(order, now_ns)
        return {"script": listed.symbol, **_handle(order)}

    def modify(self, body: Body, now_ns: int) -> Answer:
        """Take a modification, or refuse it at once."""
        order = self._live(body)
        if isinstance(order, Refusal):
            return order
        asked = {"symboltoken": order.listed.token, "tradingsymbol": order.listed.symbol}
        side, tag = order.form.side.value, order.form.tag
        form = order_form.form({**body, "transactiontype": side, "ordertag": tag})
        if isinstance(form, Refusal):
            return form
        if any(body.get(key) != value for key, value in asked.items()):
            return order_form.NO_SYMBOL
        if form.quantity <= order.filled:
            return TOO_FEW
        refusal = self._rules.at_once(form, self._pit.ticker(order.listed, now_ns))
        if refusal:
            return refusal
        self._changes.modify(order, form, now_ns)
        return _handle(order)

    def cancel(self, body: Body, now_ns: int) -> Answer:
        """Take a cancellation, or refuse it at once."""
        order = self._live(body)
        if isinstance(order, Refusal):
            return order
        self._changes.cancel(order, now_ns)
        return _handle(order)

    def _refusal(self, order: Order, now_ns: int) -> Refusal | None:
        if not order.listed.is_tradable:
            return order_form.NO_SYMBOL
        return self._rules.at_once(order.form, self._pit.ticker(order.listed, now_ns))

    def _live(self, body: Body) -> Order | Refusal:
        order = self._orders.get(str(body.get("orderid")))
        if order is None:
            return NOT_FOUND
        if order.is_final:
            return FINISHED
        return order if body.get("variety") == order.form.variety else WRONG_VARIETY

    def _count_repeated(self, form: Form) -> None:
        """A tag is the client's only idempotency key: twice is a duplicated order."""
        if form.tag and any(order.form.tag == form.tag for order in self):
            self._pit.portfolio.violations["duplicate_tag"] += 1

    def _next_id(self, now_ns: int) -> str:
        """YYMMDD and nine digits: seconds of the day, then a number."""
        date = ist_date(now_ns)
        second = (now_ns - midnight_ns(date)) // SECOND
        return f"{date:%y%m%d}{second:05d}{len(self._orders) + 1:04d}"


def _handle(order: Order) -> dict[str, object]:
    return {"orderid": order.id, "uniqueorderid": order.uid}
