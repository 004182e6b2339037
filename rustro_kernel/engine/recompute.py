"""After recovered minutes: the windows, volumes and the alignment are what they would have been."""

from rustro_kernel.domain.bars import SPAN_NS, Bar, Timeframe
from rustro_kernel.domain.market_time import MINUTE, ist_date, midnight_ns
from rustro_kernel.domain.verdicts import ExitReason
from rustro_kernel.engine import analysis, exits, technical
from rustro_kernel.engine.bars import is_stub_kept
from rustro_kernel.engine.boundary import MINUTES_IN_QUARTER, QUARTERS_KEPT
from rustro_kernel.engine.hours import within
from rustro_kernel.engine.merging import Merged
from rustro_kernel.engine.state import Desk
from rustro_kernel.engine.world import World


def refresh(world: World, key: str, merged: Merged, from_ns: int, to_ns: int) -> None:
    """Bring every underlying that rests on an instrument up to its bars."""
    for desk in world.state.desks.values():
        if key == desk.index:
            _index(world, desk, merged)
        elif key == desk.future:
            _future(world, desk, merged, range(from_ns, to_ns, MINUTE))


def _index(world: World, desk: Desk, merged: Merged) -> None:
    hours = _fed(world, merged.after[Timeframe.H1])
    desk.fives = _before_today(world, desk.fives) + merged.after[Timeframe.M5]
    desk.hours = _before_today(world, desk.hours) + hours
    for frame in (Timeframe.M5, Timeframe.H1):
        world.windows.pop((desk.name, frame), None)
    desk.last_hour = next((bar for bar in reversed(desk.hours) if not bar.stub), None)
    if hours and merged.has_changed(Timeframe.H1):
        desk.today_hour_ns = hours[-1].start_ns
        _realign(world, desk)


def _realign(world: World, desk: Desk) -> None:
    """Ask again about the last hour; a position whose ground is gone can be closed at once."""
    was_aligned = desk.is_aligned
    analysis.align(world, desk)
    flipped = was_aligned and not desk.is_aligned
    if not flipped or not world.settings.strategy.invalidate_on_recompute:
        return
    for position in list(world.state.positions.values()):
        if position.underlying != desk.name:
            continue
        if position.bought:
            reasons = [ExitReason.STRATEGY_INVALIDATED]
            exits.signal(world, position, reasons, position.price, cause=desk.alignment_seq)
        else:
            technical.give_up(world, desk, position)


def _future(world: World, desk: Desk, merged: Merged, stretch: range) -> None:
    """Hours and quarters, and how long it has been quiet."""
    desk.future_hours = _before_today(world, desk.future_hours) + _fed(
        world, merged.after[Timeframe.H1]
    )
    quarters = merged.after[Timeframe.M15]
    earlier = desk.future_quarters[: len(desk.future_quarters) - len(merged.before[Timeframe.M15])]
    if quarters:
        volumes = [bar.volume for bar in quarters]
        desk.future_quarters = [*earlier, *volumes][-QUARTERS_KEPT:]
    legs = world.state.hours.derivative_legs
    counted = {*desk.counted_minutes, *(start for start in stretch if within(legs, start))}
    desk.counted_minutes = sorted(counted)
    volume = {bar.start_ns: bar.volume for bar in merged.after[Timeframe.M1]}
    minutes = [volume.get(start, 0) for start in desk.counted_minutes]
    desk.future_minutes = minutes[-MINUTES_IN_QUARTER:]
    desk.quiet_minutes = _quiet(desk, minutes, earlier, quarters)


def _quiet(desk: Desk, minutes: list[int], earlier: list[int], quarters: list[Bar]) -> int:
    """How many minutes in a row up to the last one were quiet."""
    count = 0
    while count < len(minutes):
        upto = len(minutes) - count
        boundary = desk.counted_minutes[upto - 1] + MINUTE
        known = [b.volume for b in quarters if b.start_ns + SPAN_NS[Timeframe.M15] < boundary]
        if not technical.is_quiet([*earlier, *known], minutes[:upto]):
            break
        count += 1
    return count


def _before_today(world: World, bars: list[Bar]) -> list[Bar]:
    midnight = midnight_ns(ist_date(world.now))
    return [bar for bar in bars if bar.start_ns < midnight]


def _fed(world: World, bars: list[Bar]) -> list[Bar]:
    """The hours that feed indicators."""
    return [bar for bar in bars if not bar.stub or is_stub_kept(world)]
