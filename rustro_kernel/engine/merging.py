"""Recovered minutes are put into the books: they win, and every longer bar is made of them again.

Only minutes whose boundary is complete are touched; what is being built goes on by itself.
"""

import msgspec
from msgspec.structs import replace

from rustro_kernel.domain.bars import Bar, Timeframe
from rustro_kernel.domain.market_time import MINUTE, show_clock
from rustro_kernel.engine import longer
from rustro_kernel.engine.bars import said
from rustro_kernel.engine.events.market import BarCorrected, BarReady
from rustro_kernel.engine.hours import legs_of, within
from rustro_kernel.engine.state import BarBook, Forming
from rustro_kernel.engine.world import World

Bars = dict[Timeframe, list[Bar]]


class Merged(msgspec.Struct, frozen=True):
    """Today's complete bars of an instrument, before and after; how many minutes are new, other."""

    before: Bars
    after: Bars
    added: int
    corrected: int

    def has_changed(self, frame: Timeframe) -> bool:
        """Whether a bar of a timeframe is new or another."""
        return [_figures(b) for b in self.before[frame]] != [_figures(b) for b in self.after[frame]]


def flaw(bars: tuple[Bar, ...], from_ns: int, to_ns: int) -> str:
    """Why recovered minutes cannot be believed, or nothing."""
    last = from_ns - MINUTE
    for bar in bars:
        at = show_clock(bar.start_ns)
        if bar.start_ns % MINUTE or not from_ns <= bar.start_ns < to_ns:
            return f"the minute {at} was not asked for"
        if bar.start_ns <= last:
            return f"the minute {at} comes twice or out of order"
        if not _makes_sense(bar):
            return f"the minute {at} makes no sense"
        last = bar.start_ns
    return ""


def _makes_sense(bar: Bar) -> bool:
    low, high = min(bar.open, bar.close), max(bar.open, bar.close)
    return 0 < bar.low <= low and high <= bar.high and bar.volume >= 0


def missing(world: World, book: BarBook, from_ns: int, to_ns: int) -> int:
    """How many minutes of a stretch inside the hours have no bar."""
    legs = legs_of(world.state.hours, world.state.instruments[book.key].kind)
    known = {bar.start_ns for bar in book.today}
    minutes = range(from_ns, to_ns, MINUTE)
    return sum(start not in known and within(legs, start) for start in minutes)


def merge(world: World, book: BarBook, recovered: tuple[Bar, ...]) -> Merged:
    """Put minutes into the book; state each bar that is complete only now, or is another now."""
    boundary = world.state.boundary - MINUTE  # the last one that is complete
    minutes = _joined(world, book, recovered)
    before: Bars = {Timeframe.M1: book.today}
    after: Bars = {Timeframe.M1: minutes}
    for frame in longer.HIGHER:
        before[frame], _ = longer.rebuilt(world, book, frame, book.today, boundary)
        after[frame], forming = longer.rebuilt(world, book, frame, minutes, boundary)
        book.higher[frame.value] = forming if forming.start else Forming()
    added, corrected = 0, 0
    for frame in Timeframe:
        new, other = _differing(before[frame], after[frame])
        _state(world, book, frame, new, other)
        world.state.bars_corrected += len(other)
        if frame is Timeframe.M1:
            added, corrected = len(new), len(other)
    book.today = minutes
    return Merged(before, after, added, corrected)


def _joined(world: World, book: BarBook, recovered: tuple[Bar, ...]) -> list[Bar]:
    """The day's minutes with the recovered ones; one that says the same stays as it was."""
    legs = legs_of(world.state.hours, world.state.instruments[book.key].kind)
    known = {bar.start_ns: bar for bar in book.today}
    for bar in recovered:
        old = known.get(bar.start_ns)
        if old is None or _figures(old) != _figures(bar):
            auction = not within(legs, bar.start_ns)
            known[bar.start_ns] = replace(
                bar, auction=auction, corrected=True, stub=False, special=False
            )
    return [known[start] for start in sorted(known)]


def _figures(bar: Bar) -> tuple[int, ...]:
    return bar.start_ns, bar.open, bar.high, bar.low, bar.close, bar.volume


def _differing(before: list[Bar], after: list[Bar]) -> tuple[list[Bar], list[Bar]]:
    """The bars that are new, and those that are other than before."""
    known = {bar.start_ns: _figures(bar) for bar in before}
    new = [bar for bar in after if bar.start_ns not in known]
    other = [bar for bar in after if known.get(bar.start_ns, _figures(bar)) != _figures(bar)]
    return new, other


def _state(world: World, book: BarBook, frame: Timeframe, new: list[Bar], other: list[Bar]) -> None:
    changed = sorted(new + other, key=lambda bar: bar.start_ns)
    corrected = {bar.start_ns for bar in other}
    for bar in changed:
        fields = said(world, book, frame, bar)
        is_other = bar.start_ns in corrected
        world.emit(BarCorrected(*fields) if is_other else BarReady(*fields))
    ring = book.rings.get(frame.value, [])
    kept = {bar.start_ns: bar for bar in [*ring, *changed]}
    most = max(len(ring), world.settings.bars.hot_capacity)
    book.rings[frame.value] = [kept[start] for start in sorted(kept)][-most:]
