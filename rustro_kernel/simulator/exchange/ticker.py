"""One instrument at the exchange: its book, its day so far, the packet last published."""

from msgspec.structs import replace

from rustro_kernel.domain.displayed_book import Book
from rustro_kernel.domain.instruments import Kind
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.domain.ticks import Level, Tick
from rustro_kernel.simulator.exchange.day_minutes import DayMinutes
from rustro_kernel.simulator.exchange.listing import Listed
from rustro_kernel.simulator.exchange.quote import Quote, Row

HIDDEN_DEPTH = 12
"""The whole book holds so many times what its five levels show."""
ORDER_LOTS = 3


class Ticker:
    """Follows the ticks of one instrument.

    Args:
        listed: Which one.
        quote: The packet of yesterday: last price and close, nothing traded.
    """

    def __init__(self, listed: Listed, quote: Quote) -> None:
        self.listed, self.quote = listed, quote
        self.book, self.minutes = Book(), DayMinutes()
        self.published_ns = 0
        self._is_index = listed.instrument.kind in (Kind.INDEX, Kind.VIX)
        self._value = 0

    @property
    def ltp(self) -> int:
        """The last price in paise."""
        return self.quote.ltp

    def take(self, tick: Tick) -> None:
        """See a tick: book, day and minute follow it; nothing is published yet."""
        self.book.show(tick)
        traded = max(0, tick.volume - self.quote.volume)
        if self._is_index or traded:
            self.minutes.add(tick.exch_ts, tick.ltp, traded, tick.oi)
            self._trade(tick, traded)
        if not self._is_index:
            self._show_book(tick)

    def publish(self, sequence: int, ts_ns: int, skew_ns: int = 0) -> Quote:
        """Stamp what is known with a number and a whole second: the packet to send."""
        ms = (ts_ns + skew_ns) // SECOND * 1000
        self.published_ns = ts_ns
        self.quote = replace(self.quote, sequence=sequence, exch_ms=ms)
        return self.quote

    def _trade(self, tick: Tick, units: int) -> None:
        self._value += units * tick.ltp
        before = self.quote
        self.quote = replace(
            before,
            ltp=tick.ltp,
            ltq=units,
            atp=self._value // tick.volume if tick.volume else 0,
            volume=tick.volume,
            open=before.open or tick.ltp,
            high=max(before.high, tick.ltp),
            low=min(before.low or tick.ltp, tick.ltp),
            ltt_s=tick.ltt // SECOND,
        )

    def _show_book(self, tick: Tick) -> None:
        bids, asks = self._rows(tick, is_bid=True), self._rows(tick, is_bid=False)
        self.quote = replace(
            self.quote,
            oi=tick.oi,
            bids=bids,
            asks=asks,
            total_buy=float(HIDDEN_DEPTH * sum(row.quantity for row in bids)),
            total_sell=float(HIDDEN_DEPTH * sum(row.quantity for row in asks)),
        )

    def _rows(self, tick: Tick, *, is_bid: bool) -> tuple[Row, ...]:
        top: Level = (tick.bid, tick.bid_qty) if is_bid else (tick.ask, tick.ask_qty)
        levels = (tick.depth.bids if is_bid else tick.depth.asks) if tick.depth else (top,)
        size = ORDER_LOTS * self.listed.instrument.lot
        return tuple(Row(p, q, 1 + q // size) for p, q in levels if p and q)
