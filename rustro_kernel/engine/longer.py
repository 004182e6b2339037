"""From minutes to 5m, 15m, 1h and 1d: where a longer bar begins and ends, and what it holds."""

from rustro_kernel.domain.bars import SPAN_NS, Bar, Timeframe
from rustro_kernel.domain.market_time import HOUR, IST_OFFSET, ist_date, midnight_ns
from rustro_kernel.engine.hours import close_ns, legs_of, open_ns
from rustro_kernel.engine.state import BarBook, Forming
from rustro_kernel.engine.world import World

HIGHER = (Timeframe.M5, Timeframe.M15, Timeframe.H1, Timeframe.D1)


def anchor_ns(world: World) -> int:
    """Where the grid of 5m, 15m and 1h bars starts: the day's open, or a full clock hour."""
    start = open_ns(world.state.hours)
    if world.settings.bars.anchor == "open":
        return start
    return (start + IST_OFFSET) // HOUR * HOUR - IST_OFFSET


def add(world: World, book: BarBook, bar: Bar) -> None:
    """Put a completed minute into the four longer bars being built."""
    for frame in HIGHER:
        put(world, book, frame, book.higher.setdefault(frame.value, Forming()), bar)


def is_over(world: World, forming: Forming, boundary: int) -> bool:
    """Whether a longer bar is complete; in a halt nobody knows where the close will be."""
    hours = world.state.hours
    return forming.end <= boundary and not (hours.is_halted and forming.end >= close_ns(hours))


def finished(frame: Timeframe, forming: Forming) -> Bar:
    """The longer bar as it is."""
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


def stretch(world: World) -> None:
    """The close moved: bars cut by the old close run on to their own end or the new close."""
    for book in world.state.books.values():
        for frame in HIGHER:
            forming = book.higher.get(frame.value)
            if forming is not None and forming.start:
                forming.end = bucket(world, book, frame, max(forming.start, book.anchor_ns))[1]


def rebuilt(
    world: World, book: BarBook, frame: Timeframe, minutes: list[Bar], boundary: int
) -> tuple[list[Bar], Forming]:
    """The bars of a timeframe made anew from the day's minutes, and the one being built.

    The one that is being built now stays so; any other is complete once its end has passed.
    """
    open_now = book.higher.get(frame.value, Forming()).start
    done, forming = [], Forming()
    for bar in minutes:
        if bar.auction:
            continue
        if forming.start and bucket(world, book, frame, bar.start_ns)[0] != forming.start:
            done.append(finished(frame, forming))
            forming = Forming()
        put(world, book, frame, forming, bar)
    if forming.start not in (0, open_now) and is_over(world, forming, boundary):
        done.append(finished(frame, forming))
        forming = Forming()
    return done, forming


def put(world: World, book: BarBook, frame: Timeframe, forming: Forming, bar: Bar) -> None:
    """Put a bar into the longer one being built."""
    if forming.start == 0:
        forming.start, forming.end = bucket(world, book, frame, bar.start_ns)
        forming.open, forming.high, forming.low = bar.open, bar.high, bar.low
        forming.volume, forming.corrected = 0, False
    forming.high = max(forming.high, bar.high)
    forming.low = min(forming.low, bar.low)
    forming.close = bar.close
    forming.volume += bar.volume
    forming.corrected |= bar.corrected


def bucket(world: World, book: BarBook, frame: Timeframe, start: int) -> tuple[int, int]:
    """Start and end of the longer bar a minute belongs to; the day's close cuts the last one."""
    hours = world.state.hours
    kind = world.state.instruments[book.key].kind
    close = legs_of(hours, kind)[-1][1]
    if frame is Timeframe.D1:
        return midnight_ns(ist_date(start)), close
    span = SPAN_NS[frame]
    first = book.anchor_ns + (start - book.anchor_ns) // span * span
    return first, min(first + span, close)
