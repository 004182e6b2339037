"""Units that a broker reports reach their position here, whenever they come.

A late buy finds the position it was sent for: one that never opened opens now, one that is a trade
already comes back as a new position that is left at once. A late sale takes from what is held of
the instrument, so that no exit sells it again; what nobody holds can only be reported.
"""

import msgspec

from rustro_kernel.domain.verdicts import ExitReason
from rustro_kernel.engine import exits, intents, ladder, positions
from rustro_kernel.engine.account import open_units
from rustro_kernel.engine.events.positions import OversoldFound
from rustro_kernel.engine.holdings import Order, Position
from rustro_kernel.engine.world import World

LEFT_IN = {
    "KILLED": ExitReason.KILL,
    "EOD": ExitReason.EOD,
    "TOKEN_DEGRADED": ExitReason.TOKEN,
    "VIX_HALT": ExitReason.VIX,
    "LOSS_HALT": ExitReason.DAILY_LOSS,
}
"""Halts under which nothing is held, with why it is left."""
IDENTITY = [f.name for f in msgspec.structs.fields(Position) if f.required and f.name != "id"]
"""What a position is from its signal on."""


def book(world: World, order: Order, units: int, value: int, *, cause: int) -> None:
    """Count units of an order that were not counted yet, `value` paise in all."""
    if order.is_entry:
        _buy(world, order, units, value, cause)
    else:
        _sell(world, order, units, value, cause)


def _buy(world: World, order: Order, units: int, value: int, cause: int) -> None:
    position = world.state.positions.get(order.position_id)
    if position is not None:
        positions.on_buy(world, position, order, units, value, cause=cause)
        entry = intents.at_work(world, position, is_entry=True)
        if entry is not None and entry.live != order.tag:
            ladder.fit(world, entry)  # the order at work wants what has come late
        return
    gone = world.state.gone[order.position_id]
    position = _returned(world, gone)
    order.position_id = position.id
    intents.hold(world, position)
    positions.on_buy(world, position, order, units, value, cause=cause)
    reason = ExitReason.LATE_FILL if position is not gone else _left_for(world, position)
    if reason is not None:
        exits.signal(world, position, [reason], position.price, cause=cause)


def _returned(world: World, gone: Position) -> Position:
    """The position that late units belong to; a trade is stated once, so theirs is a new one."""
    if not gone.bought:
        return world.state.gone.pop(gone.id)
    gone.returns += 1
    return Position(
        id=f"{gone.id}-late{gone.returns}",
        **{name: getattr(gone, name) for name in IDENTITY},
    )


def _left_for(world: World, position: Position) -> ExitReason | None:
    """Why a position that opens only now may not be kept, if so."""
    state = world.state
    if state.hours.has_expiry_eod_passed and position.expiry == state.rules.date:
        return ExitReason.EOD
    reasons = [reason for halt, reason in LEFT_IN.items() if halt in state.halts]
    why = position.leaving or state.closing
    return next(iter(reasons), ExitReason(why) if why else None)


def _sell(world: World, order: Order, units: int, value: int, cause: int) -> None:
    for position in _holders(world, order):
        taken = min(units, open_units(position))
        part = value * taken // units
        positions.on_sell(world, position, order, taken, part, cause=cause)
        shrunk(world, position, order.tag, ExitReason.LATE_FILL)
        units, value = units - taken, value - part
        if not units:
            return
    _oversold(world, order, units, cause)


def _holders(world: World, order: Order) -> list[Position]:
    """Who holds what was sold: the order's own position, then others of the instrument."""
    state = world.state
    own = state.positions.get(order.position_id) or state.gone[order.position_id]
    ids = sorted(state.by_instrument.get(own.instrument, []), key=lambda id_: id_ != own.id)
    return [state.positions[id_] for id_ in ids if open_units(state.positions[id_])]


def shrunk(world: World, position: Position, tag: str, reason: ExitReason) -> None:
    """Units went that the exit at work had not sold: it must not sell them a second time."""
    stop = intents.stop_of(world, position)
    if stop is not None and stop.live == tag:
        return  # `protection` makes an exit of it
    world.touched[position.id] = None
    leaving = intents.at_work(world, position, is_entry=False)
    if leaving is not None:
        if leaving.live != tag:
            ladder.fit(world, leaving)
    elif not open_units(position):
        position.exit_reason = position.exit_reason or reason.value
        entry = intents.at_work(world, position, is_entry=True)
        if entry is not None:
            ladder.end(world, entry, "sold by a late fill")
        else:
            positions.close(world, position)


def _oversold(world: World, order: Order, units: int, cause: int) -> None:
    """More was sold than we held: we are short, and only a person can put that right."""
    state = world.state
    own = state.positions.get(order.position_id) or state.gone[order.position_id]
    seq = world.emit(OversoldFound(own.id, own.symbol, order.tag, units), cause=cause)
    sentence = f"{own.symbol}: {units} units more sold than held"
    world.halt("OVERSOLD", sentence, cause=seq)
    world.alert("critical", f"{sentence}; buy them back at the broker", cause=seq)
