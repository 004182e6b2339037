"""The operator's commands: each is answered once, accepted or refused, with a sentence."""

from collections.abc import Callable, Mapping

from rustro_kernel.domain.verdicts import ExitReason
from rustro_kernel.engine import (
    bulk,
    day,
    exits,
    kill,
    ladder,
    limited,
    protection,
    reconciliation,
    recovery,
    settings_change,
)
from rustro_kernel.engine.account import day_pnl, open_positions, open_units
from rustro_kernel.engine.events.orders import DuplicateIgnored
from rustro_kernel.engine.events.system import (
    CommandReceived,
    ParameterChanged,
    ShutdownRequested,
)
from rustro_kernel.engine.inputs import Command
from rustro_kernel.engine.world import World

KEPT = 1000
MIN_REASON = 8
CLEARED_BY_RESUME = (
    *("PAUSED", "LOSS_HALT", recovery.HALT, "STRATEGY_FAILED", kill.HALT, "OVERSOLD"),
    *("STRATEGY_STALLED", "INBOX_BACKLOG"),
)


class RefusedCommand(Exception):
    """Why a command is refused; caught here, stated in its answer."""


def on_command(world: World, command: Command) -> None:
    """Answer a command; one seen before does nothing."""
    seen = world.state.commands_seen
    if command.id in seen:
        world.emit(DuplicateIgnored("command", command.id))
        return
    world.state.commands_seen = [*seen, command.id][-KEPT:]
    refusal, act = _judged(world, command)
    reply = refusal or "accepted"
    seq = world.emit(
        CommandReceived(command.id, command.name, command.args, command.actor, not refusal, reply)
    )
    if not refusal:
        act(world, command, seq)


Act = Callable[[World, Command, int], None]


def _judged(world: World, command: Command) -> tuple[str, Act]:
    """Why a command is refused (empty: it is not), and what carries it out."""
    known = COMMANDS.get(command.name)
    if known is None:
        return f"unknown command {command.name}", _nothing
    judge, act = known
    try:
        judge(world, command.args)
    except RefusedCommand as refused:
        return str(refused), act
    return "", act


def _nothing(world: World, command: Command, seq: int) -> None:
    """An unknown command does nothing."""


def _any(world: World, args: Mapping[str, str]) -> None:
    """Every state allows it."""


def _can_pause(world: World, args: Mapping[str, str]) -> None:
    if "PAUSED" in world.state.halts:
        raise RefusedCommand("already paused")


def _pause(world: World, command: Command, seq: int) -> None:
    world.halt("PAUSED", f"paused by {command.actor}", cause=seq)


def _can_resume(world: World, args: Mapping[str, str]) -> None:
    halts = world.state.halts
    if not lifted(world):
        asked_for = ", ".join(recovery.first_try(world))
        wait = f"entries go on by themselves once {asked_for} is recovered"
        raise RefusedCommand(wait if asked_for else "nothing to resume")
    if kill.HALT not in halts:
        return
    if kill.is_closing(world):
        raise RefusedCommand("the kill is still at work; resume when it is completed")
    if len("".join(args.get("reason", "").split())) < MIN_REASON:
        raise RefusedCommand(
            f"resuming after a kill needs a reason of at least {MIN_REASON} letters"
        )


def _resume(world: World, command: Command, seq: int) -> None:
    if "LOSS_HALT" in world.state.halts:
        world.state.account.loss_base = day_pnl(world)
    if kill.HALT in world.state.halts:
        world.state.kill = None
        limited.begin(world, " ".join(command.args["reason"].split()), cause=seq)
    world.state.closing = ""
    for reason in lifted(world):
        if reason == recovery.HALT:
            recovery.waive(world)
        world.unhalt(reason, cause=seq)


def lifted(world: World) -> list[str]:
    """What a resume takes away: nobody decides about a gap while its first try is under way."""
    kept = recovery.HALT if recovery.first_try(world) else ""
    return [r for r in CLEARED_BY_RESUME if r in world.state.halts and r != kept]


def _flatten(world: World, command: Command, seq: int) -> None:
    world.halt("PAUSED", f"flattened by {command.actor}", cause=seq)
    world.state.closing = ExitReason.OPERATOR.value
    bulk.start(world, ExitReason.OPERATOR, cause=seq)


def _can_close(world: World, args: Mapping[str, str]) -> None:
    position = world.state.positions.get(args.get("position", ""))
    if position is None or not open_units(position):
        raise RefusedCommand(f"no open position {args.get('position', '')}")


def _close(world: World, command: Command, seq: int) -> None:
    position = world.state.positions[command.args["position"]]
    exits.signal(world, position, [ExitReason.OPERATOR], position.price, cause=seq)


def _can_cancel(world: World, args: Mapping[str, str]) -> None:
    intent = world.working(args.get("order", ""))
    if intent is None:
        raise RefusedCommand(f"no order {args.get('order', '')} at work")
    if not intent.is_entry:
        raise RefusedCommand("an exit cannot be cancelled; it ends when the position is closed")


def _cancel(world: World, command: Command, seq: int) -> None:
    intent = world.working(command.args["order"])
    assert intent is not None  # `_can_cancel` has looked
    ladder.end(world, intent, f"cancelled by {command.actor}")


def _can_set(world: World, args: Mapping[str, str]) -> None:
    try:
        settings_change.changed(world.state.settings, args.get("key", ""), args.get("value", ""))
    except ValueError as exc:
        raise RefusedCommand(str(exc)) from exc


def _set(world: World, command: Command, seq: int) -> None:
    key, value = command.args["key"], command.args["value"]
    section, _, name = key.partition(".")
    old = str(world.state.settings[section][name])
    world.state.pending_settings.append((key, value))
    world.emit(ParameterChanged(key, old, value, command.actor), cause=seq)


def _kill(world: World, command: Command, seq: int) -> None:
    """No new orders, everything cancelled and closed at once."""
    world.state.exit_code, world.state.stop_reason = day.HALTED, "killed"
    kill.begin(world, command.actor, command.args.get("reason", ""), cause=seq)


def _stop(world: World, command: Command, seq: int) -> None:
    """Stop the session: no entries, flatten unless told otherwise, then the last record."""
    flatten = command.args.get("flatten", "true") == "true"
    cause = world.emit(ShutdownRequested(flatten, command.actor), cause=seq)
    world.halt("STOPPING", "the session is stopping", cause=cause)
    world.state.stop_reason = world.state.stop_reason or f"stopped by {command.actor}"
    if flatten:
        world.state.closing = ExitReason.SHUTDOWN.value
        bulk.start(world, ExitReason.SHUTDOWN, cause=cause)
    else:
        for intent in [i for i in world.state.intents.values() if i.is_entry]:
            ladder.end(world, intent, "shutdown")
    world.schedule(world.now, "stopping", "flatten" if flatten else "leave")


def on_stopping(world: World, reference: str) -> None:
    """Wait until nothing is at work (and, if wanted, nothing is open), then shut down.

    The stops of positions that are left stay with them.
    """
    state = world.state
    is_flat = not open_positions(world)
    is_agreed = state.recovery is None and kill.is_settled(world)
    is_idle = all(protection.is_resting(world, intent) for intent in state.intents.values())
    is_idle = is_idle and not any(reconciliation.moves(world, o) for o in state.orders.values())
    if is_idle and is_agreed and (is_flat or reference == "leave"):
        day.shut_down(world, state.stop_reason)
        return
    world.schedule(world.now + day.SETTLE_NS // 5, "stopping", reference)


COMMANDS: dict[str, tuple[Callable[[World, Mapping[str, str]], None], Act]] = {
    "pause": (_can_pause, _pause),
    "resume": (_can_resume, _resume),
    "flatten": (_any, _flatten),
    "close": (_can_close, _close),
    "cancel": (_can_cancel, _cancel),
    "set": (_can_set, _set),
    "kill": (_any, _kill),
    "stop": (_any, _stop),
}
"""Every command: who judges it, who carries it out."""
