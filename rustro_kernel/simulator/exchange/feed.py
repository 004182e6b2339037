"""The day played: ticks of every instrument somebody asked for, in order, and their packets."""

from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from typing import NamedTuple

from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.market_time import MINUTE, SECOND
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.simulator.exchange.listing import Listed
from rustro_kernel.simulator.exchange.openings import opening_quote
from rustro_kernel.simulator.exchange.quote import Quote
from rustro_kernel.simulator.exchange.ticker import Ticker
from rustro_kernel.simulator.market import SimMarket

NEVER = 1 << 62
PACKETS_A_SECOND = 650
"""How fast the feed-wide sequence grows: most of it is other people's instruments."""


class Next(NamedTuple):
    """The next tick of one instrument."""

    ts_ns: int
    key: InstrumentKey
    tick: Tick
    rest: Iterator[Tick]


class Feed:
    """Plays instruments from the moment each is first asked for; its past is caught up at once.

    Args:
        market: The day.
        end_ns: When the last instrument stops trading.
        repeat_ns: What has no news is published again so often, until then.
    """

    def __init__(self, market: SimMarket, end_ns: int, repeat_ns: int) -> None:
        self._market, self._end_ns, self._repeat_ns = market, end_ns, repeat_ns
        self.skew_ns = 0
        self.tickers: dict[InstrumentKey, Ticker] = {}
        self._ahead: list[Next] = []
        self._start_ns = min(leg.open_ns for leg in market.rules.index_legs)
        self._sequence = 0
        self._repeats: list[tuple[int, InstrumentKey]] = []

    def ticker(self, listed: Listed, now_ns: int) -> Ticker:
        """An instrument as of now, and from now on."""
        key = listed.instrument.key
        found = self.tickers.get(key)
        if found is None:
            found = self.tickers[key] = Ticker(listed, opening_quote(self._market, listed))
            self._catch_up(found, now_ns)
            self._push(key, self._from(key, now_ns + 1))
            heappush(self._repeats, (now_ns + self._repeat_ns, key))
        return found

    def due_ns(self) -> int:
        """When the next tick or repetition comes."""
        tick_ns = self._ahead[0].ts_ns if self._ahead else NEVER
        return min(tick_ns, self._repeats[0][0] if self._repeats else NEVER)

    def step(self, on_tick: Callable[[Ticker], None]) -> Quote | None:
        """Take what is due next; returns the packet to publish.

        Args:
            on_tick: Told of a new book before it is published.
        """
        if not self._ahead or (self._repeats and self._repeats[0][0] < self._ahead[0].ts_ns):
            return self._repeat()
        ts_ns, key, tick, rest = heappop(self._ahead)
        ticker = self.tickers[key]
        ticker.take(tick)
        on_tick(ticker)
        self._push(key, rest)
        return ticker.publish(self._number(ts_ns), ts_ns, self.skew_ns)

    def _repeat(self) -> Quote | None:
        ts_ns, key = heappop(self._repeats)
        ticker = self.tickers[key]
        due_ns = max(ts_ns, ticker.published_ns + self._repeat_ns)
        if due_ns < self._end_ns:
            is_due = due_ns == ts_ns
            heappush(self._repeats, (due_ns + self._repeat_ns * is_due, key))
            if is_due and ts_ns >= self._start_ns:
                return ticker.publish(self._number(ts_ns), ts_ns, self.skew_ns)
        return None

    def _catch_up(self, ticker: Ticker, now_ns: int) -> None:
        key, last_ns = ticker.listed.instrument.key, 0
        for tick in self._market.ticks(key, 0, now_ns + 1):
            ticker.take(tick)
            last_ns = tick.exch_ts
        if last_ns:
            ticker.publish(self._passed(last_ns), last_ns)

    def _from(self, key: InstrumentKey, from_ns: int) -> Iterator[Tick]:
        """The ticks of the rest of the day, made minute by minute."""
        while from_ns < self._end_ns:
            to_ns = from_ns - from_ns % MINUTE + MINUTE
            yield from self._market.ticks(key, from_ns, to_ns)
            from_ns = to_ns

    def _push(self, key: InstrumentKey, rest: Iterator[Tick]) -> None:
        tick = next(rest, None)
        if tick is not None:
            heappush(self._ahead, Next(tick.exch_ts, key, tick, rest))

    def _number(self, ts_ns: int) -> int:
        self._sequence = max(self._sequence + 1, self._passed(ts_ns))
        return self._sequence

    def _passed(self, ts_ns: int) -> int:
        """Packets of the whole exchange since the morning."""
        return max(1, (ts_ns - self._start_ns) // SECOND * PACKETS_A_SECOND)
