"""Where live orders meet the market: every change of state goes through here."""

from collections.abc import Callable

from rustro_kernel.simulator.exchange import order as states
from rustro_kernel.simulator.exchange.hours import TradingHours
from rustro_kernel.simulator.exchange.listing import Listed
from rustro_kernel.simulator.exchange.matching import Matching, is_triggered
from rustro_kernel.simulator.exchange.order import Form, Order
from rustro_kernel.simulator.exchange.portfolio import Portfolio
from rustro_kernel.simulator.exchange.ticker import Ticker

Tell = Callable[[Order], None]
BandProblem = Callable[[Form, Ticker], str]
FindTicker = Callable[[Listed, int], Ticker]


class Pit:
    """Turns orders from state to state.

    Args:
        portfolio: Settles the fills.
        hours: When the exchange trades.
        ticker: The market of an instrument at a moment.
        band_problem: Why a stop that is triggered is no order for this market.
        tell: Told of every change, in order.
    """

    def __init__(
        self,
        portfolio: Portfolio,
        hours: TradingHours,
        ticker: FindTicker,
        band_problem: BandProblem,
        tell: Tell,
    ) -> None:
        self.hours, self.ticker, self.portfolio = hours, ticker, portfolio
        self._band_problem = band_problem
        self._matching, self._tell = Matching(portfolio), tell
        self._live: dict[str, Order] = {}

    @property
    def live(self) -> list[Order]:
        """Orders that are not final, oldest first."""
        return list(self._live.values())

    @property
    def available(self) -> int:
        """Paise that are free for more orders; negative if the live ones cost too much."""
        return self.portfolio.available(self._live.values())

    def turn(self, order: Order, status: str, ts_ns: int) -> None:
        """Move an order to a state and say so."""
        order.status, order.updated_ns = status, ts_ns
        if order.is_final:
            self._live.pop(order.id, None)
        else:
            self._live[order.id] = order
        self._tell(order)

    def add(self, order: Order) -> None:
        """Take an order in without a word."""
        self._live[order.id] = order

    def reject(self, order: Order, reason: str, ts_ns: int) -> None:
        """Refuse an order for good."""
        order.text = reason
        self._matching.leave(order)
        self.turn(order, states.REJECTED, ts_ns)

    def cancel(self, order: Order, ts_ns: int) -> None:
        """Take what is left of an order out of the market; what traded stands."""
        order.cancelled = order.remaining
        self._matching.leave(order)
        self.turn(order, states.CANCELLED, ts_ns)

    def enter(self, order: Order, ts_ns: int) -> None:
        """An order reaches the exchange."""
        order.exchange_id, order.exchange_ns = f"11{order.id[2:]}", ts_ns
        self._matching.enter(order)
        self.go_on(order, ts_ns)

    def go_on(self, order: Order, ts_ns: int) -> None:
        """Trade at once what is marketable; the rest waits, rests, or (IOC) ends."""
        ticker = self.ticker(order.listed, ts_ns)
        if order.is_waiting_for_trigger and not is_triggered(order, ticker):
            self.turn(order, states.TRIGGER_PENDING, ts_ns)
            return
        if order.is_waiting_for_trigger and (words := self._band_problem(order.form, ticker)):
            self.reject(order, f"16284 : {words}", ts_ns)
            return
        order.is_triggered = order.form.is_stop
        if not self._match(order, ticker, ts_ns, arriving=True):
            self.turn(order, states.OPEN, ts_ns)
        if order.form.duration == "IOC" and not order.is_final:
            self.cancel(order, ts_ns)

    def on_tick(self, ticker: Ticker, ts_ns: int) -> None:
        """A new book: stops trigger, and resting orders that it reaches trade."""
        if not self.hours.is_open(ts_ns):
            return
        for order in self._matching.at(ticker):
            if not order.is_waiting_for_trigger:
                self._match(order, ticker, ts_ns, arriving=False)
            elif is_triggered(order, ticker):
                self.go_on(order, ts_ns)

    def _match(self, order: Order, ticker: Ticker, ts_ns: int, *, arriving: bool) -> bool:
        """Whether it traded; states between are skipped, as the broker skips them."""
        traded = self.hours.is_open(ts_ns) and self._matching.trade(
            order, ticker, ts_ns, arriving=arriving
        )
        if traded:
            is_whole = order.filled == order.form.quantity
            self.turn(order, states.COMPLETE if is_whole else states.OPEN, ts_ns)
        return traded
