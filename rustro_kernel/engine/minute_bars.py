"""The bars that decisions rest on, from the minutes of a backtest.

5m and 1h of the underlying, 15m and 1h of its future's volume; they equal those built from ticks.
"""

from rustro_kernel.domain.bars import Bar, Timeframe
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.domain.verdicts import Direction
from rustro_kernel.engine import longer, technical, vix
from rustro_kernel.engine.bars import is_stub_kept, open_book
from rustro_kernel.engine.inputs import Minutes
from rustro_kernel.engine.quotes import quote_of
from rustro_kernel.engine.state import BarBook, Desk, Forming
from rustro_kernel.engine.world import World

M5, M15, H1 = (frame.value for frame in (Timeframe.M5, Timeframe.M15, Timeframe.H1))
IN_FIVE, IN_QUARTER, QUARTERS_KEPT = 5, 15, 200


def open_books(world: World, desk: Desk) -> None:
    """Build bars of the underlying and its future from now on."""
    for key, frames in ((desk.index, (M5, H1)), (desk.future, (M15, H1))):
        if key:
            book = open_book(world, world.state.instruments[key])
            book.higher = {name: Forming() for name in frames}


def keep_index(world: World, desk: Desk, price: int) -> None:
    """The underlying stands here now."""
    quote = quote_of(world, desk.index)
    quote.ltp = price
    quote.ltt = quote.exch_ts = quote.seen_ns = world.turn.ts


class Building:
    """The longer bars of an underlying that are being built, fed from the rows of an input.

    `five`, `hour` and `quarter` (a volume) are what completed at the last boundary, None if not;
    `is_vix_calm` says that no VIX of the rows can break or calm anything.
    """

    __slots__ = (
        *("_desk", "_five", "_future", "_future_hour", "_hour", "_index", "_of_future", "_quarter"),
        *("_five_end", "_hour_end", "_told", "_world", "five", "hour", "is_vix_calm", "quarter"),
    )

    def __init__(self, world: World, desk: Desk, told: Minutes) -> None:
        self._world, self._desk, self._told = world, desk, told
        self._index = world.state.books[desk.index]
        self._future = world.state.books.get(desk.future)
        self._five, self._hour = self._index.higher[M5], self._index.higher[H1]
        self._quarter = self._future.higher[M15] if self._future else Forming()
        self._future_hour = self._future.higher[H1] if self._future else Forming()
        self._of_future = (
            (Timeframe.M15, self._quarter),
            (Timeframe.H1, self._future_hour),
        )
        self.five: Bar | None = None
        self.hour: Bar | None = None
        self.quarter: int | None = None
        self.is_vix_calm = vix.is_calm(world, told.vix)
        self._five_end = self._hour_end = -1

    def hour_ends(self, at: int) -> int:
        """The minute that completes the hour of a row."""
        if at > self._hour_end:
            self._hour_end = self._ends(self._index, Timeframe.H1, at) - 1
        return self._hour_end

    def five_ends(self, at: int) -> int:
        """The minute that completes the 5m bar of a row."""
        if at > self._five_end:
            self._five_end = self._ends(self._index, Timeframe.M5, at) - 1
        return self._five_end

    def put(self, at: int) -> None:
        """Put one minute into its bars, and move what is complete by now into the windows."""
        told, start_ns = self._told, self._told.first_ns + at * MINUTE
        close, volume = told.closes[at], told.volumes[at]
        if close:
            prices = told.opens[at], told.highs[at], told.lows[at], close
            self._grow(self._index, Timeframe.M5, self._five, start_ns, prices, 0)
            self._grow(self._index, Timeframe.H1, self._hour, start_ns, prices, 0)
        if volume and self._future is not None:
            for frame, forming in self._of_future:
                if forming.start:
                    forming.volume += volume
                else:
                    self._grow(self._future, frame, forming, start_ns, _NO_PRICES, volume)
        self._complete()
        if not self._world.state.hours.is_halted:
            self._count(told.volumes[at : at + 1])

    def _count(self, volumes: tuple[int, ...]) -> None:
        told = volumes if self._future is not None else (0,) * len(volumes)
        technical.count_quiet(self._world, self._desk, told)

    def _grow(
        self,
        book: BarBook,
        frame: Timeframe,
        forming: Forming,
        start_ns: int,
        prices: tuple[int, int, int, int],
        volume: int,
    ) -> None:
        """`longer.put` of a bar's figures, without the bar."""
        first, high, low, close = prices
        if forming.start == 0:
            forming.start, forming.end = longer.bucket(self._world, book, frame, start_ns)
            forming.open, forming.high, forming.low = first, high, low
            forming.volume, forming.corrected = 0, False
        elif high > forming.high:
            forming.high = high
        if low < forming.low:
            forming.low = low
        forming.close = close
        forming.volume += volume

    def _complete(self) -> None:
        self.five = self._finished(Timeframe.M5, self._five)
        self.hour = self._finished(Timeframe.H1, self._hour)
        quarter = self._finished(Timeframe.M15, self._quarter)
        self.quarter = quarter.volume if quarter is not None else None
        future_hour = self._finished(Timeframe.H1, self._future_hour)
        if self.five is not None:
            self._desk.fives.append(self.five)
        if future_hour is not None and (not future_hour.stub or is_stub_kept(self._world)):
            self._desk.future_hours.append(future_hour)

    def _finished(self, frame: Timeframe, forming: Forming) -> Bar | None:
        """A longer bar that is over at this moment."""
        world = self._world
        if forming.end > world.turn.ts or not forming.start:
            return None
        if not longer.is_over(world, forming, world.turn.ts):
            return None
        bar = longer.finished(frame, forming)
        forming.start = 0
        return bar

    def keep_quarter(self) -> None:
        """Fifteen minutes of the future are over; the rule of quiet minutes looks back on them."""
        if self.quarter is not None:
            self._keep_quarter(self.quarter)

    def _keep_quarter(self, volume: int) -> None:
        self._desk.future_quarters = [*self._desk.future_quarters, volume][-QUARTERS_KEPT:]

    def stretch(self, at: int, end: int) -> None:
        """Put rows at..end-1 at once; none of them completes an hour.

        On a day without a trade nothing looks at more than the hours of the underlying.
        """
        is_whole = 0 not in self._told.closes[at:end]
        self._merge(Timeframe.H1, self._hour, at, end, is_whole)
        if self._desk.direction == Direction.NO_TRADE.value:
            return
        self._fives(at, end, is_whole)
        if self._future is None:
            self._count(self._told.volumes[at:end])
        else:
            self._quarters(at, end)

    def _fives(self, at: int, end: int, is_whole: bool) -> None:
        """Every 5m bar that is over by the end."""
        told, forming = self._told, self._five
        stop = self._ends(self._index, Timeframe.M5, at)
        while at < end:
            stop = min(stop, end)
            if is_whole and not forming.start and stop - at == IN_FIVE:
                self._desk.fives.append(Bar(told.first_ns + at * MINUTE, *self._prices(at, stop)))
            else:
                self._merge(Timeframe.M5, forming, at, stop, is_whole)
                if forming.start and forming.end <= told.first_ns + stop * MINUTE:
                    self._desk.fives.append(longer.finished(Timeframe.M5, forming))
                    forming.start = 0
            at, stop = stop, stop + IN_FIVE

    def _ends(self, book: BarBook, frame: Timeframe, at: int) -> int:
        """The row after the last one of the longer bar that a row belongs to."""
        first_ns = self._told.first_ns
        _, end_ns = longer.bucket(self._world, book, frame, first_ns + at * MINUTE)
        return max(at + 1, (end_ns - first_ns) // MINUTE)

    def _prices(self, at: int, end: int) -> tuple[int, int, int, int]:
        """Open, high, low and close of whole rows together."""
        told = self._told
        high, low = max(told.highs[at:end]), min(told.lows[at:end])
        return told.opens[at], high, low, told.closes[end - 1]

    def _merge(
        self,
        frame: Timeframe,
        forming: Forming,
        at: int,
        end: int,
        is_whole: bool,
    ) -> None:
        """Put rows of one longer bar of the underlying into it."""
        told = self._told
        parts = [(at, end)] if is_whole else [(r, r + 1) for r in range(at, end) if told.closes[r]]
        for first, stop in parts:
            start_ns, prices = told.first_ns + first * MINUTE, self._prices(first, stop)
            self._grow(self._index, frame, forming, start_ns, prices, 0)

    def _quarters(self, at: int, end: int) -> None:
        """The future's hour, every quarter that is over by the end, and the quiet minutes."""
        told, forming = self._told, self._quarter
        assert self._future is not None
        self._pour(Timeframe.H1, self._future_hour, at, end)
        stop = self._ends(self._future, Timeframe.M15, at)
        while at < end:
            stop = min(stop, end)
            self._pour(Timeframe.M15, forming, at, stop)
            self._count(told.volumes[at:stop])
            if forming.start and forming.end <= told.first_ns + stop * MINUTE:
                self._keep_quarter(forming.volume)
                forming.start = 0
            at, stop = stop, stop + IN_QUARTER

    def _pour(self, frame: Timeframe, forming: Forming, at: int, end: int) -> None:
        """Put the volume of rows of one longer bar into it."""
        volume = sum(self._told.volumes[at:end])
        if volume and self._future is not None:
            while not self._told.volumes[at]:
                at += 1
            start_ns = self._told.first_ns + at * MINUTE
            self._grow(self._future, frame, forming, start_ns, _NO_PRICES, volume)


_NO_PRICES = (0, 0, 0, 0)
