"""Ticks to minutes, minutes to higher timeframes, and the boundary at which all are in.

A minute is sealed by the first tick past it, or for everybody by the grace timer. When no minute
before a boundary is open any more the boundary completes: all 1m bars by (exchange, token), then
all 5m bars, and so on up to the day. Only then is anything decided.
"""

from rustro_kernel.domain.bars import SPAN_NS, Bar, Timeframe
from rustro_kernel.domain.instruments import Instrument, Kind
from rustro_kernel.domain.market_time import HOUR, IST_OFFSET, MINUTE, ist_date, midnight_ns
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine.events.market import BarReady
from rustro_kernel.engine.hours import close_ns, legs_of, open_ns, within
from rustro_kernel.engine.state import BarBook, Forming
from rustro_kernel.engine.world import World

HIGHER = (Timeframe.M5, Timeframe.M15, Timeframe.H1, Timeframe.D1)


def anchor_ns(world: World) -> int:
    """Where the grid of 5m, 15m and 1h bars starts: the day's open, or a full clock hour."""
    start = open_ns(world.state.hours)
    if world.settings.bars.anchor == "open":
        return start
    return (start + IST_OFFSET) // HOUR * HOUR - IST_OFFSET


def open_book(world: World, instrument: Instrument) -> BarBook:
    """Build bars of an instrument from now on; before the open its volume counter starts at 0.

    One that was watched before goes on in its old book: its longer bars hold all of its minutes.
    """
    books = world.state.books
    if instrument.key not in books:
        anchor = anchor_ns(world)
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
    """Put a tick into its minute; False if that minute is sealed already.

    The volume of a minute is what the day's counter gained since the minute before.
    """
    forming = book.minute
    start = tick.exch_ts - tick.exch_ts % MINUTE
    if start < book.sealed_until:
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
            if not bar.auction:
                _roll_up(world, book, bar)
    for frame in HIGHER:
        for book in books:
            forming = book.higher.get(frame.value)
            if forming is not None and forming.start > 0 and _is_over(world, forming, boundary):
                _state(world, book, frame, _finished(frame, forming))
                done.add((book.key, frame))
                forming.start = 0
    return done


def _is_over(world: World, forming: Forming, boundary: int) -> bool:
    """Whether a higher bar is complete; in a halt nobody knows where the close will be."""
    hours = world.state.hours
    return forming.end <= boundary and not (hours.is_halted and forming.end >= close_ns(hours))


def _due(book: BarBook, boundary: int) -> list[Bar]:
    due = [bar for bar in book.sealed if bar.start_ns < boundary]
    if due:
        book.sealed = book.sealed[len(due) :]
    return due


def _roll_up(world: World, book: BarBook, bar: Bar) -> None:
    """Put a completed minute into the four higher bars being built."""
    for frame in HIGHER:
        forming = book.higher.setdefault(frame.value, Forming())
        if forming.start == 0:
            forming.start, forming.end = _bucket(world, book, frame, bar.start_ns)
            forming.open, forming.high, forming.low = bar.open, bar.high, bar.low
            forming.volume, forming.corrected = 0, False
        forming.high = max(forming.high, bar.high)
        forming.low = min(forming.low, bar.low)
        forming.close = bar.close
        forming.volume += bar.volume
        forming.corrected |= bar.corrected


def _bucket(world: World, book: BarBook, frame: Timeframe, start: int) -> tuple[int, int]:
    """Start and end of the higher bar a minute belongs to; the day's close cuts the last one."""
    hours = world.state.hours
    kind = world.state.instruments[book.key].kind
    close = legs_of(hours, kind)[-1][1]
    if frame is Timeframe.D1:
        return midnight_ns(ist_date(start)), close
    span = SPAN_NS[frame]
    first = book.anchor_ns + (start - book.anchor_ns) // span * span
    return first, min(first + span, close)


def _finished(frame: Timeframe, forming: Forming) -> Bar:
    stub = frame is not Timeframe.D1 and forming.end - forming.start < SPAN_NS[frame]
    return Bar(
        forming.start,
        forming.open,
        forming.high,
        forming.low,
        forming.close,
        forming.volume,
        corrected=forming.corrected,
        stub=stub,
    )


def _state(world: World, book: BarBook, frame: Timeframe, bar: Bar) -> None:
    """Keep a completed bar in its ring and state it."""
    ring = book.rings.setdefault(frame.value, [])
    ring.append(bar)
    if len(ring) > 2 * world.settings.bars.hot_capacity:
        del ring[: -world.settings.bars.hot_capacity]
    world.emit(
        BarReady(
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
    )


def restart_waiting(world: World, boundary: int) -> None:
    """Set the next boundary and count whose minute before it is open already."""
    state = world.state
    state.boundary = boundary
    state.waiting = sum(0 < book.minute.start < boundary for book in state.books.values())


def stretch(world: World) -> None:
    """The close moved: bars cut by the old close run on to their own end or the new close."""
    for book in world.state.books.values():
        for frame in HIGHER:
            forming = book.higher.get(frame.value)
            if forming is not None and forming.start:
                forming.end = _bucket(world, book, frame, max(forming.start, book.anchor_ns))[1]


def is_stub_kept(world: World) -> bool:
    """Whether the short last hour feeds indicators."""
    return world.settings.strategy.hourly_stub == "keep"


def finish(world: World) -> None:
    """The day is over: state the bars that a halt kept open."""
    complete(world, close_ns(world.state.hours))


def is_liquid(instrument: Instrument) -> bool:
    """Whether silence of an instrument means a fault: the underlying, its future, the VIX."""
    return instrument.kind in (Kind.INDEX, Kind.FUTURE, Kind.VIX)
