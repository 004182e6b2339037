"""The paper exchange: one matching of our orders against displayed quotes, without time."""

from collections.abc import Iterator

from rustro_kernel.brokers.paper.exchange_rules import Refusal, malformed, outside_band, uncovered
from rustro_kernel.brokers.paper.working import Holdings, Working
from rustro_kernel.domain.displayed_book import Book
from rustro_kernel.domain.instruments import Instrument, InstrumentKey
from rustro_kernel.domain.orders import FINAL, OrderRequest, OrderStatus, OrderUpdate, Side
from rustro_kernel.domain.rules import PriceBand
from rustro_kernel.domain.ticks import Tick


class Venue:
    """Takes orders, cancellations and quotes; answers each with what became of the orders."""

    def __init__(self, holdings: Holdings, slippage_ticks: int, band: PriceBand | None) -> None:
        self.holdings = holdings
        self.instruments: dict[InstrumentKey, Instrument] = {}
        self.is_open = True
        self._slippage_ticks, self._band = slippage_ticks, band
        self._books: dict[InstrumentKey, Book] = {}
        self._orders: dict[str, Working] = {}
        self._resting: dict[InstrumentKey, list[Working]] = {}

    @property
    def available_paise(self) -> int:
        """Cash less what the open buy orders may still cost."""
        buys = (w for row in self._resting.values() for w in row if w.request.side is Side.BUY)
        return self.holdings.cash_paise - sum(w.remaining * w.request.limit_paise for w in buys)

    def place(self, order: OrderRequest) -> list[OrderUpdate]:
        """An order arrives: refuse it, or trade what is marketable and rest the remainder."""
        assert order.tag not in self._orders, f"tag {order.tag} was used before"
        working = Working(order, broker_id=f"P{len(self._orders) + 1}")
        self._orders[order.tag] = working
        updates = [working.report(OrderStatus.ACCEPTED)]
        refusal = self._refusal(order)
        if refusal is not None:
            working.status = OrderStatus.REJECTED
            return [*updates, working.report(OrderStatus.REJECTED, refusal)]
        updates.append(working.turn(OrderStatus.OPEN))
        updates += self._take_displayed(working)
        if working.remaining:
            self._resting.setdefault(order.instrument, []).append(working)
        return updates

    def cancel(self, tag: str) -> list[OrderUpdate]:
        """A cancellation arrives; whatever traded before it stands."""
        working = self._orders.get(tag)
        if working is None:
            words = f"no order has the tag {tag}"
            update = OrderUpdate(
                tag, OrderStatus.CANCEL_REJECTED, code="UNKNOWN_ORDER", message=words
            )
            return [update]
        if working.status in FINAL:
            refusal = Refusal("NOT_OPEN", f"the order is already {working.status.value}")
            return [working.report(OrderStatus.CANCEL_REJECTED, refusal)]
        self._resting[working.request.instrument].remove(working)
        return [working.turn(OrderStatus.CANCELLED)]

    def show(self, tick: Tick) -> list[OrderUpdate]:
        """A new quote: resting orders it reaches trade at their own limit."""
        book = self._book(tick.instrument)
        book.show(tick)
        row = self._resting.get(tick.instrument)
        if not row or not self.is_open:
            return []
        updates = [update for working in row for update in self._trade_at_limit(working, book)]
        self._resting[tick.instrument] = [working for working in row if working.remaining]
        return updates

    def _book(self, key: InstrumentKey) -> Book:
        book = self._books.get(key)
        if book is None:
            book = self._books[key] = Book()
        return book

    def _take_displayed(self, working: Working) -> Iterator[OrderUpdate]:
        """Trade through the displayed levels, slippage worse, never beyond the limit."""
        order = working.request
        slip = self._slippage_ticks * self.instruments[order.instrument].tick
        hit = self._book(order.instrument).take(order.side, order.limit_paise, working.remaining)
        if order.side is Side.BUY:
            fills = [(min(order.limit_paise, price + slip), units) for price, units in hit]
        else:
            fills = [(max(order.limit_paise, price - slip), units) for price, units in hit]
        return self._settle(working, fills)

    def _trade_at_limit(self, working: Working, book: Book) -> Iterator[OrderUpdate]:
        order = working.request
        hit = book.take(order.side, order.limit_paise, working.remaining)
        return self._settle(working, [(order.limit_paise, units) for _, units in hit])

    def _settle(self, working: Working, fills: list[tuple[int, int]]) -> Iterator[OrderUpdate]:
        if fills:
            working.add(fills)
            self.holdings.settle(working.request, fills)
            yield working.turn(OrderStatus.PARTIAL if working.remaining else OrderStatus.COMPLETE)

    def _refusal(self, order: OrderRequest) -> Refusal | None:
        """The first rule that refuses the order, if any."""
        wrong = malformed(order, self.instruments.get(order.instrument))
        if wrong is not None:
            return wrong
        if not self.is_open:
            return Refusal("MARKET_CLOSED", "the market is closed or halted")
        far = outside_band(order, self._book(order.instrument).reference_paise, self._band)
        return far or uncovered(order, self.available_paise, self._free_units(order.instrument))

    def _free_units(self, key: InstrumentKey) -> int:
        """Units held that no open sell order has promised."""
        sells = (w for w in self._resting.get(key, ()) if w.request.side is Side.SELL)
        return self.holdings.units.get(key, 0) - sum(w.remaining for w in sells)
