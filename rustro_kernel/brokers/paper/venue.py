"""The paper exchange: one matching of our orders against displayed quotes, without time."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from rustro_kernel.brokers.paper.exchange_rules import (
    Refusal,
    is_triggered,
    malformed,
    outside_band,
    unchangeable,
    uncovered,
)
from rustro_kernel.brokers.paper.working import Holdings, Living, Working
from rustro_kernel.domain.displayed_book import Book
from rustro_kernel.domain.instruments import Instrument, InstrumentKey
from rustro_kernel.domain.orders import FINAL, OrderRequest, OrderStatus, OrderUpdate, Side
from rustro_kernel.domain.rules import PriceBand
from rustro_kernel.domain.ticks import Tick


class Venue:
    """Takes orders, changes, cancellations and quotes; answers with what became of the orders.

    A stop waits outside the book until the last price has reached its trigger; then it is a limit
    order that arrives at that moment, and only then must its limit be within the band.
    """

    def __init__(self, holdings: Holdings, slippage_ticks: int, band: PriceBand | None) -> None:
        self.holdings = holdings
        self.instruments: dict[InstrumentKey, Instrument] = {}
        self.is_open = True
        self._slippage_ticks, self._band = slippage_ticks, band
        self._books: dict[InstrumentKey, Book] = {}
        self._orders: dict[str, Working] = {}
        self._living = Living()

    @property
    def available_paise(self) -> int:
        """Cash less what the open buy orders may still cost."""
        return self.holdings.cash_paise - self._living.promised_paise

    def place(self, order: OrderRequest) -> list[OrderUpdate]:
        """An order arrives: refuse it, or trade what is marketable and rest the remainder."""
        assert order.tag not in self._orders, f"tag {order.tag} was used before"
        working = Working(order, broker_id=f"P{len(self._orders) + 1}")
        self._orders[order.tag] = working
        updates = [working.report(OrderStatus.ACCEPTED)]
        if refusal := self._refusal(working, order):
            return [*updates, working.turn(OrderStatus.REJECTED, refusal)]
        self._living.add(working)
        return [*updates, working.turn(OrderStatus.OPEN), *self._arrive(working)]

    def modify(self, asked: OrderRequest) -> list[OrderUpdate]:
        """New units, limit and trigger arrive; what is marketable by them trades at once."""
        refused = OrderStatus.MODIFY_REJECTED
        working = self._orders.get(asked.tag)
        if working is None or working.status in FINAL:
            return [_not_open(asked.tag, working, refused)]
        units, limit, trigger = asked.quantity, asked.limit_paise, asked.trigger_paise
        order = replace(working.request, quantity=units, limit_paise=limit, trigger_paise=trigger)
        self._living.remove(working)  # what it promised is free for what it will promise
        refusal = unchangeable(working.request, order, working.filled)
        refusal = refusal or self._refusal(working, order)
        self._living.add(working)
        if refusal is not None:
            return [working.report(refused, refusal)]
        working.request = order
        return list(self._arrive(working))

    def cancel(self, tag: str) -> list[OrderUpdate]:
        """A cancellation arrives; whatever traded before it stands."""
        working = self._orders.get(tag)
        if working is None or working.status in FINAL:
            return [_not_open(tag, working, OrderStatus.CANCEL_REJECTED)]
        self._living.remove(working)
        return [working.turn(OrderStatus.CANCELLED)]

    def show(self, tick: Tick) -> list[OrderUpdate]:
        """A new quote: stops it reaches are triggered, resting orders trade at their own limit."""
        book = self._book(tick.instrument)
        book.show(tick)
        living = self._living.of(tick.instrument) if self.is_open else ()
        return [update for working in living for update in self._meet(working, book)]

    def _meet(self, working: Working, book: Book) -> Iterable[OrderUpdate]:
        """What a new quote does to one order."""
        order = working.request
        if not working.is_waiting:
            hit = book.take(order.side, order.limit_paise, working.remaining)
            return self._settle(working, [(order.limit_paise, units) for _, units in hit])
        if not is_triggered(order, book.ltp_paise):
            return ()
        if far := outside_band(order, book.reference_paise, self._band):
            self._living.remove(working)
            return [working.turn(OrderStatus.REJECTED, far)]
        return self._arrive(working)

    def _arrive(self, working: Working) -> Iterable[OrderUpdate]:
        """Trade through what is displayed, unless it waits for a trigger; what is left rests."""
        book = self._book(working.request.instrument)
        if working.is_waiting and not is_triggered(working.request, book.ltp_paise):
            return ()
        working.is_waiting = False
        return self._settle(working, self._displayed(working, book))

    def _displayed(self, working: Working, book: Book) -> list[tuple[int, int]]:
        """What the displayed levels give, slippage worse, never beyond the limit."""
        order = working.request
        slip = self._slippage_ticks * self.instruments[order.instrument].tick
        hit = book.take(order.side, order.limit_paise, working.remaining)
        if order.side is Side.BUY:
            return [(min(order.limit_paise, price + slip), units) for price, units in hit]
        return [(max(order.limit_paise, price - slip), units) for price, units in hit]

    def _settle(self, working: Working, fills: list[tuple[int, int]]) -> Iterator[OrderUpdate]:
        if fills:
            working.add(fills)
            self.holdings.settle(working.request, fills)
            if not working.remaining:
                self._living.remove(working)
            yield working.turn(OrderStatus.PARTIAL if working.remaining else OrderStatus.COMPLETE)

    def _book(self, key: InstrumentKey) -> Book:
        book = self._books.get(key)
        if book is None:
            book = self._books[key] = Book()
        return book

    def _refusal(self, working: Working, order: OrderRequest) -> Refusal | None:
        """The first rule that refuses what the order is, or is to be; it promises nothing now."""
        wrong = malformed(order, self.instruments.get(order.instrument))
        if wrong is not None:
            return wrong
        if not self.is_open:
            return Refusal("MARKET_CLOSED", "the market is closed or halted")
        key, book = order.instrument, self._book(order.instrument)
        if not working.is_waiting or is_triggered(order, book.ltp_paise):
            far = outside_band(order, book.reference_paise, self._band)
            if far is not None:
                return far
        free_units = self.holdings.units.get(key, 0) - self._living.promised_units(key)
        units = order.quantity - working.filled
        return uncovered(order, units, self.available_paise, free_units)


def _not_open(tag: str, working: Working | None, status: OrderStatus) -> OrderUpdate:
    """Why nothing can be asked of an order: nobody knows it, or it is over."""
    if working is None:
        words = f"no order has the tag {tag}"
        return OrderUpdate(tag, status, code="UNKNOWN_ORDER", message=words)
    words = f"the order is already {working.status.value}"
    return working.report(status, Refusal("NOT_OPEN", words))
