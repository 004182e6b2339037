"""The bars that decisions rest on, from the minutes of a backtest.

5m and 1h of the underlying, 15m and 1h of its future's volume; they equal those built from ticks.
"""

from typing import NamedTuple

from rustro_kernel.domain.bars import Bar, Timeframe
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.engine import longer, technical
from rustro_kernel.engine.bars import is_stub_kept
from rustro_kernel.engine.inputs import Minutes
from rustro_kernel.engine.quotes import quote_of
from rustro_kernel.engine.state import BarBook, Desk, Forming
from rustro_kernel.engine.world import World

OF_INDEX = (Timeframe.M5, Timeframe.H1)
OF_FUTURE = (Timeframe.M15, Timeframe.H1)
MINUTES_IN_QUARTER, QUARTERS_KEPT = 15, 200


class Done(NamedTuple):
    """What completed at a boundary; `quarter` is the future's volume of 15 minutes."""

    five: Bar | None
    hour: Bar | None
    quarter: int | None


def keep_index(world: World, desk: Desk, price: int) -> None:
    """The underlying stands here now."""
    quote = quote_of(world, desk.index)
    quote.ltp = price
    quote.ltt = quote.exch_ts = quote.seen_ns = world.now


def put(world: World, desk: Desk, told: Minutes, at: int) -> None:
    """Put one minute into the bars being built."""
    start_ns = told.first_ns + at * MINUTE
    close, volume = told.closes[at], told.volumes[at]
    if close:
        bar = Bar(start_ns, told.opens[at], told.highs[at], told.lows[at], close)
        _add(world, desk.index, OF_INDEX, bar)
    if volume and desk.future:
        _add(world, desk.future, OF_FUTURE, Bar(start_ns, 0, 0, 0, 0, volume))


def _add(world: World, key: str, frames: tuple[Timeframe, ...], bar: Bar) -> None:
    book = world.state.books[key]
    for frame in frames:
        longer.put(world, book, frame, book.higher.setdefault(frame.value, Forming()), bar)


def complete(world: World, desk: Desk, told: Minutes, at: int) -> Done:
    """Finish what ends at this boundary, and move it into the windows."""
    five = _finished(world, desk.index, Timeframe.M5)
    hour = _finished(world, desk.index, Timeframe.H1)
    quarter = _finished(world, desk.future, Timeframe.M15)
    future_hour = _finished(world, desk.future, Timeframe.H1)
    if five is not None:
        desk.fives.append(five)
    if future_hour is not None and (not future_hour.stub or is_stub_kept(world)):
        desk.future_hours.append(future_hour)
    if not world.state.hours.is_halted:
        volume = told.volumes[at] if desk.future else 0
        desk.future_minutes = [*desk.future_minutes, volume][-MINUTES_IN_QUARTER:]
    return Done(five, hour, quarter.volume if quarter is not None else None)


def _finished(world: World, key: str, frame: Timeframe) -> Bar | None:
    """A longer bar that is over at this moment."""
    book = world.state.books.get(key)
    forming = book.higher.get(frame.value) if book is not None else None
    if forming is None or not forming.start or not longer.is_over(world, forming, world.now):
        return None
    bar = longer.finished(frame, forming)
    forming.start = 0
    return bar


def keep_quarter(desk: Desk, volume: int | None) -> None:
    """Fifteen minutes of the future are over; the rule of quiet minutes looks back on them."""
    if volume is not None:
        desk.future_quarters = [*desk.future_quarters, volume][-QUARTERS_KEPT:]


def put_stretch(world: World, desk: Desk, told: Minutes, at: int, end: int) -> None:
    """The same for rows at..end-1 at once; none of them completes an hour."""
    _put_prices(world, desk, told, at, end)
    if desk.future:
        _put_volumes(world, desk, told, at, end)
    else:
        for _ in range(at, end):
            desk.future_minutes = [*desk.future_minutes, 0][-MINUTES_IN_QUARTER:]


def _put_prices(world: World, desk: Desk, told: Minutes, at: int, end: int) -> None:
    """The underlying's hour, and every 5m bar that is over by the end."""
    book = world.state.books[desk.index]
    _merge(world, book, Timeframe.H1, told, at, end)
    while at < end:
        start_ns = told.first_ns + at * MINUTE
        _, end_ns = longer.bucket(world, book, Timeframe.M5, start_ns)
        row = max(at + 1, min(end, (end_ns - told.first_ns) // MINUTE))
        _merge(world, book, Timeframe.M5, told, at, row)
        forming = book.higher[Timeframe.M5.value]
        if forming.start and forming.end <= told.first_ns + row * MINUTE:
            desk.fives.append(longer.finished(Timeframe.M5, forming))
            forming.start = 0
        at = row


def _merge(world: World, book: BarBook, frame: Timeframe, told: Minutes, at: int, end: int) -> None:
    """Put the minutes of one longer bar into it."""
    forming = book.higher.setdefault(frame.value, Forming())
    closes = told.closes[at:end]
    if 0 in closes:
        for row in range(at, end):
            if told.closes[row]:
                prices = told.opens[row], told.highs[row], told.lows[row], told.closes[row]
                start_ns = told.first_ns + row * MINUTE
                longer.put(world, book, frame, forming, Bar(start_ns, *prices))
        return
    high, low = max(told.highs[at:end]), min(told.lows[at:end])
    bar = Bar(told.first_ns + at * MINUTE, told.opens[at], high, low, closes[-1])
    longer.put(world, book, frame, forming, bar)


def _put_volumes(world: World, desk: Desk, told: Minutes, at: int, end: int) -> None:
    """The future's hour, every quarter that is over by the end, and the quiet minutes."""
    book = world.state.books[desk.future]
    _pour(world, book, Timeframe.H1, told, at, end)
    while at < end:
        start_ns = told.first_ns + at * MINUTE
        _, end_ns = longer.bucket(world, book, Timeframe.M15, start_ns)
        row = max(at + 1, min(end, (end_ns - told.first_ns) // MINUTE))
        _pour(world, book, Timeframe.M15, told, at, row)
        technical.count_quiet(world, desk, told.volumes[at:row])
        forming = book.higher[Timeframe.M15.value]
        if forming.start and forming.end <= told.first_ns + row * MINUTE:
            keep_quarter(desk, forming.volume)
            forming.start = 0
        at = row


def _pour(world: World, book: BarBook, frame: Timeframe, told: Minutes, at: int, end: int) -> None:
    forming = book.higher.setdefault(frame.value, Forming())
    volumes = told.volumes[at:end]
    if not any(volumes):
        return
    first = next(row for row in range(at, end) if told.volumes[row])
    bar = Bar(told.first_ns + first * MINUTE, 0, 0, 0, 0, sum(volumes))
    longer.put(world, book, frame, forming, bar)
