"""Orders against the displayed book: at once on arrival, later when a quote reaches them."""

from rustro_kernel.domain.displayed_book import reaches
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.orders import Side
from rustro_kernel.simulator.exchange.order import Fill, Order
from rustro_kernel.simulator.exchange.portfolio import Portfolio
from rustro_kernel.simulator.exchange.ticker import Ticker


class Matching:
    """The exchange's books; every fill is settled before anybody hears of it."""

    def __init__(self, portfolio: Portfolio) -> None:
        self._portfolio = portfolio
        self._resting: dict[InstrumentKey, list[Order]] = {}
        self._fills = 0

    def enter(self, order: Order) -> None:
        """Put an order into the book or the stop book."""
        order.is_in_book = True
        self._resting.setdefault(order.listed.instrument.key, []).append(order)

    def leave(self, order: Order) -> None:
        """Take it out again."""
        if order.is_in_book:
            order.is_in_book = False
            self._resting[order.listed.instrument.key].remove(order)

    def at(self, ticker: Ticker) -> list[Order]:
        """The orders that rest in an instrument's books, oldest first."""
        return list(self._resting.get(ticker.listed.instrument.key, ()))

    def trade(self, order: Order, ticker: Ticker, ts_ns: int, *, arriving: bool) -> bool:
        """Trade what the book holds for it: at the shown prices on arrival, else at its own."""
        form = order.form
        taken = ticker.book.take(form.side, form.price, order.remaining)
        fills = [
            self._fill(ts_ns, price if arriving else form.price, units) for price, units in taken
        ]
        order.fills += fills
        if fills:
            self._portfolio.settle(order, fills)
        if order.filled == form.quantity:
            self.leave(order)
        return bool(fills)

    def _fill(self, ts_ns: int, price: int, units: int) -> Fill:
        self._fills += 1
        return Fill(str(10_000_000 + self._fills), ts_ns, price, units)


def is_triggered(order: Order, ticker: Ticker) -> bool:
    """Whether the last price has reached the trigger."""
    against = Side.SELL if order.form.side is Side.BUY else Side.BUY
    return reaches(ticker.ltp, against, order.form.trigger)
