"""Technical exits, looked at on every boundary: alignment lost, low volume."""

from itertools import accumulate

from rustro_kernel.domain.verdicts import ExitReason
from rustro_kernel.engine import exits, intents, ladder
from rustro_kernel.engine.holdings import Position
from rustro_kernel.engine.state import Desk
from rustro_kernel.engine.world import World

QUARTERS = 80
IN_A_ROW = 15


def on_boundary(world: World, desk: Desk) -> None:
    """Close what the strategy's picture no longer carries."""
    if not world.state.hours.is_halted:
        desk.quiet_minutes = (
            desk.quiet_minutes + 1 if is_quiet(desk.future_quarters, desk.future_minutes) else 0
        )
    leave(world, desk)


def leave(world: World, desk: Desk) -> None:
    """The same once the quiet minutes are counted."""
    for position in list(world.state.positions.values()):
        if position.underlying != desk.name:
            continue
        if not position.bought:
            give_up(world, desk, position)
            continue
        reasons = _reasons(world, desk)
        if reasons:
            exits.signal(world, position, reasons, position.price, cause=_cause(desk, reasons))


def count_quiet(world: World, desk: Desk, volumes: tuple[int, ...]) -> None:
    """Count minutes of one quarter-hour at once, from their volumes."""
    minutes = [*desk.future_minutes, *volumes]
    desk.future_minutes = minutes[-IN_A_ROW:]
    if not world.settings.exits.low_volume_exit:
        return  # a backtest's settings hold all day
    before, sums = sum(desk.future_quarters[-QUARTERS:]), [0, *accumulate(minutes)]
    is_known = len(desk.future_quarters) >= QUARTERS
    for end in range(len(minutes) - len(volumes) + 1, len(minutes) + 1):
        last = sums[end] - sums[end - IN_A_ROW] if end >= IN_A_ROW else 0
        quiet = is_known and end >= IN_A_ROW and 2 * QUARTERS * last < before
        desk.quiet_minutes = desk.quiet_minutes + 1 if quiet else 0


def give_up(world: World, desk: Desk, position: Position) -> None:
    """An entry that nothing has filled is not wanted once the alignment is lost."""
    entry = intents.at_work(world, position, is_entry=True)
    if entry is not None and not desk.is_aligned:
        ladder.end(world, entry, "alignment lost")


def _cause(desk: Desk, reasons: list[ExitReason]) -> int | None:
    return desk.alignment_seq if ExitReason.ALIGNMENT_LOST in reasons else None


def _reasons(world: World, desk: Desk) -> list[ExitReason]:
    reasons = []
    if not desk.is_aligned:
        reasons.append(ExitReason.ALIGNMENT_LOST)
    if world.settings.exits.low_volume_exit and desk.quiet_minutes >= IN_A_ROW:
        reasons.append(ExitReason.LOW_VOLUME)
    return reasons


def is_quiet(quarters: list[int], minutes: list[int]) -> bool:
    """The last 15 minutes' volume is under half the mean of the 80 quarter-hours before."""
    before, last = quarters[-QUARTERS:], minutes[-IN_A_ROW:]
    if len(before) < QUARTERS or len(last) < IN_A_ROW:
        return False
    return 2 * QUARTERS * sum(last) < sum(before)
