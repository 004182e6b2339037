"""What a closed trade and a marked-down day do to the right to trade on."""

from rustro_kernel.domain.verdicts import ExitReason
from rustro_kernel.engine import account, bulk, exits
from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.engine.events.risk import (
    ConsecutiveLossLimitHit,
    CooldownEnded,
    DailyLossLimitHit,
    MarginBreach,
)
from rustro_kernel.engine.state import Desk
from rustro_kernel.engine.world import World


def on_trade(world: World, desk: Desk, trade: PositionClosed, *, cause: int) -> None:
    """Take a trade's result in: the day's total, losses in a row, the pause after a stop."""
    books = world.state.account
    books.realised += trade.net_paise
    books.trades += 1
    if _is_stopped_out(trade):
        desk.losing_exits += 1
        desk.pause_until_ns = world.now + world.limits.pause_ns
    if trade.net_paise > 0:
        books.losses_in_row = 0
        _end_cooldown(world, cause=cause)
    elif trade.net_paise < 0:
        books.losses_in_row += 1
        _after_loss(world, cause=cause)
    check_day(world, cause=cause)


def _is_stopped_out(trade: PositionClosed) -> bool:
    """A stop-loss, or a trailing stop at a net loss: entries of this underlying pause."""
    if trade.reason == ExitReason.STOP_LOSS.value:
        return True
    return trade.reason == ExitReason.TRAILING_STOP.value and trade.net_paise < 0


def _after_loss(world: World, *, cause: int) -> None:
    losses = world.state.account.losses_in_row
    if losses >= world.settings.risk.max_losses and "COOLDOWN" not in world.state.halts:
        until = world.now + world.limits.cooldown_ns
        seq = world.emit(ConsecutiveLossLimitHit(losses, until), cause=cause)
        world.halt("COOLDOWN", f"{losses} losses in a row", cause=seq)
        world.state.account.cooldown_until_ns = until
        world.schedule(until, "cooldown", str(until))


def on_cooldown_over(world: World, reference: str) -> None:
    """The pause after losses in a row is over; the count starts anew. A win may have ended it."""
    if int(reference) == world.state.account.cooldown_until_ns:
        world.state.account.losses_in_row = 0
        _end_cooldown(world, cause=None)


def _end_cooldown(world: World, *, cause: int | None) -> None:
    if "COOLDOWN" in world.state.halts:
        world.state.account.cooldown_until_ns = 0
        seq = world.emit(CooldownEnded(), cause=cause)
        world.unhalt("COOLDOWN", cause=seq)


def on_mark(world: World) -> None:
    """A position has a new price: the day's loss and the margin may have reached their limits."""
    check_day(world)
    check_margin(world)


def check_day(world: World, *, cause: int | None = None) -> None:
    """At the daily loss limit: halted for the day, everything is closed."""
    if "LOSS_HALT" in world.state.halts:
        return
    pnl, limit = account.day_pnl(world), account.loss_limit(world)
    if pnl > limit:
        return
    seq = world.emit(DailyLossLimitHit(pnl, limit), cause=cause)
    world.halt("LOSS_HALT", "the daily loss limit was hit", cause=seq)
    world.alert("critical", "daily loss limit hit: halted for the day", cause=seq)
    bulk.start(world, ExitReason.DAILY_LOSS, cause=seq)


def check_margin(world: World) -> None:
    """Too much of the funds bound: the position that does worst goes, then the sum is redone."""
    if account.used_bps(world) <= world.limits.margin_exit_bps:
        return
    held = account.open_positions(world)
    if not held or any(p.exit_reason for p in held):
        return
    weakest = min(held, key=lambda p: (account.net_if_closed(world, p), p.id))
    seq = world.emit(MarginBreach(account.used_bps(world), weakest.id))
    exits.signal(world, weakest, [ExitReason.MARGIN], weakest.price, cause=seq)
