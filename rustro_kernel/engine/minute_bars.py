"""The bars that decisions rest on, from the minutes of a backtest.

5m and 1h of the underlying, 15m and 1h of its future's volume; they equal those built from ticks.
"""

from typing import NamedTuple

from rustro_kernel.domain.bars import Bar, Timeframe
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.engine import longer, technical
from rustro_kernel.engine.bars import is_stub_kept, open_book
from rustro_kernel.engine.inputs import Minutes
from rustro_kernel.engine.quotes import quote_of
from rustro_kernel.engine.state import BarBook, Desk, Forming
from rustro_kernel.engine.world import World

M5, M15, H1 = (frame.value for frame in (Timeframe.M5, Timeframe.M15, Timeframe.H1))
OF_INDEX = ((M5, Timeframe.M5), (H1, Timeframe.H1))
OF_FUTURE = ((M15, Timeframe.M15), (H1, Timeframe.H1))
IN_FIVE, IN_QUARTER, QUARTERS_KEPT = 5, 15, 200


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


def open_books(world: World, desk: Desk) -> None:
    """Build bars of the underlying and its future from now on."""
    for key, frames in ((desk.index, OF_INDEX), (desk.future, OF_FUTURE)):
        if key:
            book = open_book(world, world.state.instruments[key])
            book.higher = {name: Forming() for name, _ in frames}


def put(world: World, desk: Desk, told: Minutes, at: int) -> None:
    """Put one minute into the bars being built."""
    start_ns = told.first_ns + at * MINUTE
    close, volume = told.closes[at], told.volumes[at]
    if close:
        bar = Bar(start_ns, told.opens[at], told.highs[at], told.lows[at], close)
        _add(world, desk.index, OF_INDEX, bar)
    if volume and desk.future:
        _add(world, desk.future, OF_FUTURE, Bar(start_ns, 0, 0, 0, 0, volume))


def _add(world: World, key: str, frames: tuple[tuple[str, Timeframe], ...], bar: Bar) -> None:
    book = world.state.books[key]
    for name, frame in frames:
        longer.put(world, book, frame, book.higher[name], bar)


def complete(world: World, desk: Desk, told: Minutes, at: int) -> Done:
    """Finish what ends at this boundary, and move it into the windows."""
    five = _finished(world, desk.index, M5, Timeframe.M5)
    hour = _finished(world, desk.index, H1, Timeframe.H1)
    quarter = _finished(world, desk.future, M15, Timeframe.M15)
    future_hour = _finished(world, desk.future, H1, Timeframe.H1)
    if five is not None:
        desk.fives.append(five)
    if future_hour is not None and (not future_hour.stub or is_stub_kept(world)):
        desk.future_hours.append(future_hour)
    if not world.state.hours.is_halted:
        technical.count_quiet(world, desk, told.volumes[at : at + 1] if desk.future else (0,))
    return Done(five, hour, quarter.volume if quarter is not None else None)


def _finished(world: World, key: str, name: str, frame: Timeframe) -> Bar | None:
    """A longer bar that is over at this moment."""
    book = world.state.books.get(key)
    if book is None:
        return None
    forming = book.higher[name]
    if not forming.start or not longer.is_over(world, forming, world.turn.ts):
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
        technical.count_quiet(world, desk, (0,) * (end - at))


def _put_prices(world: World, desk: Desk, told: Minutes, at: int, end: int) -> None:
    """The underlying's hour, and every 5m bar that is over by the end."""
    book = world.state.books[desk.index]
    is_whole = 0 not in told.closes[at:end]
    _merge(world, book, H1, Timeframe.H1, told, at, end, is_whole)
    forming, stop = book.higher[M5], _ends(world, book, Timeframe.M5, told, at)
    while at < end:
        stop = min(stop, end)
        if is_whole and not forming.start and stop - at == IN_FIVE:
            desk.fives.append(_bar(told, at, stop))
        else:
            _merge(world, book, M5, Timeframe.M5, told, at, stop, is_whole)
            if forming.start and forming.end <= told.first_ns + stop * MINUTE:
                desk.fives.append(longer.finished(Timeframe.M5, forming))
                forming.start = 0
        at, stop = stop, stop + IN_FIVE


def _ends(world: World, book: BarBook, frame: Timeframe, told: Minutes, at: int) -> int:
    """The row after the last one of the longer bar that a row belongs to."""
    _, end_ns = longer.bucket(world, book, frame, told.first_ns + at * MINUTE)
    return max(at + 1, (end_ns - told.first_ns) // MINUTE)


def _bar(told: Minutes, at: int, end: int) -> Bar:
    """Whole rows as one bar."""
    high, low = max(told.highs[at:end]), min(told.lows[at:end])
    return Bar(told.first_ns + at * MINUTE, told.opens[at], high, low, told.closes[end - 1])


def _merge(
    world: World,
    book: BarBook,
    name: str,
    frame: Timeframe,
    told: Minutes,
    at: int,
    end: int,
    is_whole: bool,
) -> None:
    """Put rows of one longer bar into it."""
    forming = book.higher[name]
    if is_whole:
        longer.put(world, book, frame, forming, _bar(told, at, end))
        return
    for row in range(at, end):
        if told.closes[row]:
            longer.put(world, book, frame, forming, _bar(told, row, row + 1))


def _put_volumes(world: World, desk: Desk, told: Minutes, at: int, end: int) -> None:
    """The future's hour, every quarter that is over by the end, and the quiet minutes."""
    book = world.state.books[desk.future]
    _pour(world, book, H1, Timeframe.H1, told, at, end)
    forming, stop = book.higher[M15], _ends(world, book, Timeframe.M15, told, at)
    while at < end:
        stop = min(stop, end)
        _pour(world, book, M15, Timeframe.M15, told, at, stop)
        technical.count_quiet(world, desk, told.volumes[at:stop])
        if forming.start and forming.end <= told.first_ns + stop * MINUTE:
            keep_quarter(desk, forming.volume)
            forming.start = 0
        at, stop = stop, stop + IN_QUARTER


def _pour(
    world: World, book: BarBook, name: str, frame: Timeframe, told: Minutes, at: int, end: int
) -> None:
    """Put the volume of rows of one longer bar into it."""
    volume = sum(told.volumes[at:end])
    if volume:
        while not told.volumes[at]:
            at += 1
        bar = Bar(told.first_ns + at * MINUTE, 0, 0, 0, 0, volume)
        longer.put(world, book, frame, book.higher[name], bar)
