"""All ticks that one instrument can send in a day."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.simulator.book import depth
from rustro_kernel.simulator.minute_bars import Ints


@dataclass(frozen=True, slots=True)
class Columns:
    """The numeric fields of a tick, in a tick's order, oldest first; paise, units, ns."""

    exch_ts: Ints
    ltp: Ints
    ltt: Ints
    volume: Ints
    oi: Ints
    bid: Ints
    ask: Ints
    bid_qty: Ints
    ask_qty: Ints

    def rows(self, first: int, last: int) -> Iterator[tuple[int, ...]]:
        """Rows first..last-1 as plain integers."""
        parts = (
            self.exch_ts, self.ltp, self.ltt, self.volume, self.oi,
            self.bid, self.ask, self.bid_qty, self.ask_qty,
        )  # fmt: skip
        return zip(*(part[first:last].tolist() for part in parts), strict=True)


@dataclass(frozen=True, slots=True)
class Tape:
    """An instrument's ticks of the day. `lot` and `tick` size the displayed book."""

    key: InstrumentKey
    columns: Columns
    lot: int = 1
    tick: int = 5

    def span(self, from_ns: int, to_ns: int) -> tuple[int, int]:
        """The rows with from_ns <= exch_ts < to_ns, as first and one past the last."""
        first, last = np.searchsorted(self.columns.exch_ts, (from_ns, to_ns))
        return int(first), int(last)

    @property
    def has_book(self) -> bool:
        """Whether it is quoted at all; an index is not."""
        return bool(self.columns.ask.any())

    def ticks(self, from_ns: int, to_ns: int) -> Iterator[Tick]:
        """The ticks of a stretch."""
        key = self.key
        for row in self.columns.rows(*self.span(from_ns, to_ns)):
            exch_ts, ltp, ltt, volume, oi, bid, ask, bid_qty, ask_qty = row
            yield Tick(key, exch_ts, ltp, ltt, volume, oi, bid, ask, bid_qty, ask_qty)

    def deep_ticks(self, from_ns: int, to_ns: int, behind: list[list[int]]) -> Iterator[Tick]:
        """The same with five levels; `behind` has the quantities of the lower ones for each row."""
        key, (first, last) = self.key, self.span(from_ns, to_ns)
        for row, rest in zip(self.columns.rows(first, last), behind[first:last], strict=True):
            exch_ts, ltp, ltt, volume, oi, bid, ask, bid_qty, ask_qty = row
            book = depth((bid, bid_qty), (ask, ask_qty), rest, self.tick)
            yield Tick(key, exch_ts, ltp, ltt, volume, oi, bid, ask, bid_qty, ask_qty, book)


def quiet(ts_ns: Ints, ltp: Ints) -> Columns:
    """Columns of something that has only a value: an index."""
    none = np.zeros_like(ts_ns)
    return Columns(ts_ns, ltp, ts_ns, none, none, none, none, none, none)
