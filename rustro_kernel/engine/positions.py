"""Positions: opened and grown by entry fills, shrunk by exit fills, closed into a trade."""

from rustro_kernel.domain.charges import charges
from rustro_kernel.domain.money import WHOLE_BPS
from rustro_kernel.domain.verdicts import ExitReason
from rustro_kernel.engine import bulk, exits, intents, losses, marks
from rustro_kernel.engine.account import open_units
from rustro_kernel.engine.events.positions import PositionClosed, PositionOpened
from rustro_kernel.engine.state import Desk, Intent, Position
from rustro_kernel.engine.world import World


def on_fill(world: World, intent: Intent, units: int, value: int, *, cause: int) -> None:
    """Some units of an intent's order traded for `value` paise in all."""
    position = world.state.positions[intent.position_id]
    assert intent.live is not None
    total = intent.live.value + value
    paid_away = value - units * intent.live.seen
    if intent.is_entry:
        position.buy_orders[intent.live.tag] = total
        position.slippage += paid_away
        _bought(world, position, units, value, cause=cause)
    else:
        position.sell_orders[intent.live.tag] = total
        position.slippage -= paid_away
        position.sold += units
        position.sell_value += value
        if open_units(position):
            marks.state_update(world, position, cause=cause)


def _bought(world: World, position: Position, units: int, value: int, *, cause: int) -> None:
    is_first = position.bought == 0
    position.bought += units
    position.buy_value += value
    keep = WHOLE_BPS - world.limits.stop_bps
    position.stop = position.buy_value * keep // (position.bought * WHOLE_BPS)
    position.break_even = break_even(world, position)
    if is_first:
        _open(world, position, cause=cause)
    else:
        marks.state_update(world, position, cause=cause)


def _open(world: World, position: Position, *, cause: int) -> None:
    desk = desk_of(world, position)
    quote = world.quote(position.instrument)
    position.entry_ns = world.now
    position.entry_underlying = world.quote(desk.index).ltp
    position.entry_vix = world.state.account.vix
    position.price = position.best = position.worst = quote.ltp
    world.emit(
        PositionOpened(
            position.id,
            position.signal_id,
            position.underlying,
            position.instrument,
            position.symbol,
            position.right,
            position.strike,
            position.expiry,
            position.lot,
            position.bought,
            position.buy_value,
            position.stop,
            position.entry_underlying,
            position.entry_vix,
            position.break_even,
            _trails_below_cost(world, position, quote.ask - quote.bid),
        ),
        cause=cause,
    )
    marks.mark(world, "entry", position.entry_underlying, f"bought {position.symbol}")


def desk_of(world: World, position: Position) -> Desk:
    """The underlying a position belongs to."""
    return world.state.desks[position.underlying]


def break_even(world: World, position: Position) -> int:
    """The lowest premium at which selling everything in one order nets zero or more."""
    rates, units = world.state.rules.charges, position.bought
    buys = list(position.buy_orders.values())
    low = position.buy_value // units
    high = 2 * low + 100_000
    while low < high:
        middle = (low + high) // 2
        cost = charges(rates, buys, [middle * units]).total
        if middle * units - position.buy_value - cost >= 0:
            high = middle
        else:
            low = middle + 1
    return low


def _trails_below_cost(world: World, position: Position, spread: int) -> bool:
    """Whether a trailing stop hit right after arming loses money at this size."""
    limits = world.limits
    armed = position.buy_value * (WHOLE_BPS + limits.trail_arm_bps)
    floor = armed * (WHOLE_BPS - limits.trail_gap_bps) // (position.bought * WHOLE_BPS**2)
    return floor < position.break_even + max(spread, 0)


def settle(world: World) -> None:
    """Tell the positions of all intents that were done since the last call."""
    while world.done:
        intent = world.done.pop(0)
        position = world.state.positions.get(intent.position_id)
        if position is not None:
            _after_intent(world, position, intent)


def _after_intent(world: World, position: Position, intent: Intent) -> None:
    """An intent is over: nothing came of it, an exit may start, or it is a trade."""
    if not position.bought:
        _forget(world, position)
        bulk.on_gone(world, position.id)
        return
    if open_units(position) == 0:
        _close(world, position)
    elif intent.is_entry and position.exit_reason:
        intents.start_exit(world, position, ExitReason(position.exit_reason), cause=intent.cause)
    elif intent.leaving and not bulk.will_close(world, position.id):
        reason = ExitReason(intent.leaving)  # it filled while a bulk exit had it cancelled
        exits.signal(world, position, [reason], position.price, cause=intent.cause)


def _forget(world: World, position: Position) -> None:
    del world.state.positions[position.id]
    world.state.by_instrument.pop(position.instrument, None)


def _close(world: World, position: Position) -> None:
    """The last unit is sold: state the trade, take its result in, let a bulk exit go on."""
    _forget(world, position)
    trade = _trade(world, position)
    seq = world.emit(trade)
    text = f"{trade.reason} {trade.symbol} net {trade.net_paise / 100:+.2f}"
    marks.mark(world, "exit", trade.exit_underlying_paise, text)
    losses.on_trade(world, desk_of(world, position), trade, cause=seq)
    bulk.on_gone(world, position.id)


def _trade(world: World, position: Position) -> PositionClosed:
    buys, sells = position.buy_orders, position.sell_orders
    cost = charges(world.state.rules.charges, list(buys.values()), list(sells.values()))
    gross = position.sell_value - position.buy_value
    return PositionClosed(
        position.id,
        position.signal_id,
        position.underlying,
        position.instrument,
        position.symbol,
        position.right,
        position.strike,
        position.expiry,
        position.lot,
        position.bought,
        position.trigger,
        position.entry_ns,
        world.now,
        position.buy_value,
        position.sell_value,
        tuple(buys),
        tuple(sells),
        position.entry_underlying,
        world.quote(desk_of(world, position).index).ltp,
        position.entry_vix,
        world.state.account.vix,
        position.exit_reason,
        position.exit_secondary,
        gross,
        cost.total,
        cost.brokerage,
        cost.stt,
        cost.exchange_txn,
        cost.ipft,
        cost.sebi_fee,
        cost.stamp,
        cost.tax,
        gross - cost.total,
        position.best,
        position.worst,
        position.slippage,
    )
