"""Ticks to minutes, minutes to higher timeframes, and the boundary at which all are in.

A minute is sealed by the first tick past it, or for everybody by the grace timer. When no minute
before a boundary is open any more the boundary completes: all 1m bars by (exchange, token), then
all 5m bars, and so on up to the day. Only then is anything decided.
"""

from rustro_kernel.domain.bars import Bar, Timeframe
from rustro_kernel.domain.instruments import Instrument, Kind
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine import longer
from rustro_kernel.engine.events.market import BarReady
from rustro_kernel.engine.hours import close_ns, legs_of, open_ns, within
from rustro_kernel.engine.state import BarBook, Forming
from rustro_kernel.engine.world import World

Said = tuple[str, str, str, int, int, int, int, int, int, bool, bool, bool]
"""The payload of BarReady and BarCorrected."""


def open_book(world: World, instrument: Instrument) -> BarBook:
    """Build bars of an instrument from now on; before the open its volume counter starts at 0.

    One that was watched before goes on in its old book: its longer bars hold all of its minutes.
    """
    books = world.state.books
    if instrument.key not in books:
        anchor = longer.anchor_ns(world)
        books[instrument.key] = BarBook(instrument.key, instrument.symbol, anchor, Forming())
    book = books[instrument.key]
    book.volume_base = 0 if world.now < open_ns(world.state.hours) else -1
    return book


def close_book(world: World, key: str) -> None:
    """Nobody watches any more: seal the minute being built, so that no boundary waits for it."""
    book = world.state.books[key]
    if book.minute.start:
        _seal(world, book)


def add_tick(world: World, book: BarBook, tick: Tick) -> bool:
    """Put a tick into its minute; False if that minute is sealed or its boundary is complete.

    The volume of a minute is what the day's counter gained since the minute before.
    """
    forming = book.minute
    start = tick.exch_ts - tick.exch_ts % MINUTE
    if start < book.sealed_until or start < world.state.boundary - MINUTE:
        return False
    if start != forming.start:
        if forming.start:
            _seal(world, book)
        _begin(world, book, start, tick)
    price = tick.ltp
    forming.close = price
    if price > forming.high:
        forming.high = price
    if price < forming.low:
        forming.low = price
    forming.volume = tick.volume - book.volume_base
    return True


def restart_volume(book: BarBook, volume: int) -> None:
    """The counter starts again at `volume`; what the minute being built has gained stays its own.

    A base above the counter holds what a wrong figure has put into it.
    """
    forming = book.minute
    if forming.start and volume >= book.volume_base:
        forming.volume = volume - book.volume_base
    elif book.volume_base >= 0:
        book.volume_base = volume - (forming.volume if forming.start else 0)


def _begin(world: World, book: BarBook, start: int, tick: Tick) -> None:
    forming = book.minute
    if book.volume_base < 0:
        book.volume_base = tick.volume
    forming.start = start
    forming.open = forming.high = forming.low = tick.ltp
    if start < world.state.boundary:
        world.state.waiting += 1


def _seal(world: World, book: BarBook) -> None:
    """The minute takes no more ticks; it waits for its boundary."""
    forming, state = book.minute, world.state
    kind = state.instruments[book.key].kind
    book.sealed.append(
        Bar(
            forming.start,
            forming.open,
            forming.high,
            forming.low,
            forming.close,
            forming.volume,
            auction=not within(legs_of(state.hours, kind), forming.start),
        )
    )
    book.volume_base += forming.volume
    book.sealed_until = forming.start + MINUTE
    if forming.start < state.boundary:
        state.waiting -= 1
    forming.start = 0


def seal_before(world: World, boundary: int) -> None:
    """The grace is over: seal every minute that began before the boundary."""
    for book in world.state.books.values():
        if 0 < book.minute.start < boundary:
            _seal(world, book)
        book.sealed_until = max(book.sealed_until, boundary)


def complete(world: World, boundary: int) -> set[tuple[str, Timeframe]]:
    """State every bar that ends at or before the boundary, shortest timeframe first.

    Returns:
        Which (instrument, timeframe) completed.
    """
    done: set[tuple[str, Timeframe]] = set()
    books = [world.state.books[key] for key in sorted(world.state.books)]
    for book in books:
        for bar in _due(book, boundary):
            _state(world, book, Timeframe.M1, bar)
            done.add((book.key, Timeframe.M1))
            if is_liquid(world.state.instruments[book.key]):
                book.today.append(bar)
            if not bar.auction:
                longer.add(world, book, bar)
    for frame in longer.HIGHER:
        for book in books:
            forming = book.higher.get(frame.value)
            if (
                forming is not None
                and forming.start > 0
                and longer.is_over(world, forming, boundary)
            ):
                _state(world, book, frame, longer.finished(frame, forming))
                done.add((book.key, frame))
                forming.start = 0
    return done


def _due(book: BarBook, boundary: int) -> list[Bar]:
    due = [bar for bar in book.sealed if bar.start_ns < boundary]
    if due:
        book.sealed = book.sealed[len(due) :]
    return due


def _state(world: World, book: BarBook, frame: Timeframe, bar: Bar) -> None:
    """Keep a completed bar in its ring and state it."""
    ring = book.rings.setdefault(frame.value, [])
    ring.append(bar)
    if len(ring) > 2 * world.settings.bars.hot_capacity:
        del ring[: -world.settings.bars.hot_capacity]
    world.emit(BarReady(*said(world, book, frame, bar)))


def said(world: World, book: BarBook, frame: Timeframe, bar: Bar) -> Said:
    """What is put on record of a bar."""
    return (
        book.key,
        book.symbol,
        frame.value,
        bar.start_ns,
        bar.open,
        bar.high,
        bar.low,
        bar.close,
        bar.volume,
        bar.auction,
        bar.corrected,
        bool(world.state.synthetic),
    )


def restart_waiting(world: World, boundary: int) -> None:
    """Set the next boundary and count whose minute before it is open already."""
    state = world.state
    state.boundary = boundary
    state.waiting = sum(0 < book.minute.start < boundary for book in state.books.values())


def is_stub_kept(world: World) -> bool:
    """Whether the short last hour feeds indicators."""
    return world.settings.strategy.hourly_stub == "keep"


def finish(world: World) -> None:
    """The day is over: state the bars that a halt kept open."""
    complete(world, close_ns(world.state.hours))


def is_liquid(instrument: Instrument) -> bool:
    """Whether silence of an instrument means a fault: the underlying, its future, the VIX."""
    return instrument.kind in (Kind.INDEX, Kind.FUTURE, Kind.VIX)
