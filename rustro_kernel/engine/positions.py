"""Positions: opened and grown by entry fills, shrunk by exit fills, closed into a trade."""

from rustro_kernel.domain.money import WHOLE_BPS
from rustro_kernel.domain.verdicts import ExitReason
from rustro_kernel.engine import bulk, exits, intents, ladder, losses, marks, protection, trades
from rustro_kernel.engine.account import open_units
from rustro_kernel.engine.events.positions import PositionOpened
from rustro_kernel.engine.holdings import STOP, Intent, Order, Position
from rustro_kernel.engine.state import Desk
from rustro_kernel.engine.world import World


def on_buy(
    world: World, position: Position, order: Order, units: int, value: int, *, cause: int
) -> None:
    """Some units of an order were bought for a position, for `value` paise in all."""
    position.buy_orders[order.tag] = position.buy_orders.get(order.tag, 0) + value
    position.slippage += value - units * order.seen
    _bought(world, position, units, value, cause=cause)


def on_sell(
    world: World, position: Position, order: Order, units: int, value: int, *, cause: int
) -> None:
    """Some units of an order were sold out of a position, never more than it holds."""
    position.sell_orders[order.tag] = position.sell_orders.get(order.tag, 0) + value
    position.slippage -= value - units * order.seen
    position.sold += units
    position.sell_value += value
    if open_units(position):
        marks.state_update(world, position, cause=cause)
        world.touched[position.id] = cause


def revalue(world: World, position: Position, order: Order, change: int) -> None:
    """Units that are counted cost `change` paise more than was told."""
    if order.is_entry:
        position.buy_orders[order.tag] += change
        position.slippage += change
        position.buy_value += change
        _fit_stop(world, position)
    else:
        position.sell_orders[order.tag] += change
        position.slippage -= change
        position.sell_value += change


def _fit_stop(world: World, position: Position) -> None:
    """Stop and break-even follow from what was paid."""
    keep = WHOLE_BPS - world.limits.stop_bps
    position.stop = position.buy_value * keep // (position.bought * WHOLE_BPS)
    position.break_even = trades.break_even(world, position)


def _bought(world: World, position: Position, units: int, value: int, *, cause: int) -> None:
    is_first = position.bought == 0
    position.bought += units
    position.buy_value += value
    _fit_stop(world, position)
    if is_first:
        _open(world, position, cause=cause)
    else:
        marks.state_update(world, position, cause=cause)
    world.touched[position.id] = cause


def _open(world: World, position: Position, *, cause: int) -> None:
    desk = desk_of(world, position)
    quote = world.quote(position.instrument)
    position.entry_ns = world.now
    position.entry_underlying = world.quote(desk.index).ltp
    position.entry_vix = world.state.account.vix
    price = quote.ltp or position.buy_value // position.bought  # a late one may have no quote yet
    position.price = position.best = position.worst = price
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
            trades.trails_below_cost(world, position, quote.ask - quote.bid),
        ),
        cause=cause,
    )
    marks.mark(world, "entry", position.entry_underlying, f"bought {position.symbol}")


def desk_of(world: World, position: Position) -> Desk:
    """The underlying a position belongs to."""
    return world.state.desks[position.underlying]


def settle(world: World) -> None:
    """Tell the positions of all intents that were done since the last call; fit their stops."""
    while world.done or world.touched:
        while world.done:
            _after(world, world.done.pop(0))
        touched, world.touched = world.touched, {}
        for position_id, cause in touched.items():
            position = world.state.positions.get(position_id)
            if position is not None:
                protection.keep(world, position, cause=cause)


def _after(world: World, intent: Intent) -> None:
    position = world.state.positions.get(intent.position_id)
    if position is None:
        return
    if intent.kind == STOP:
        protection.on_over(world, position, intent)
    _after_intent(world, position, intent)


def _after_intent(world: World, position: Position, intent: Intent) -> None:
    """An intent is over: nothing came of it, an exit may start, or it is a trade."""
    if not position.bought:
        position.leaving = intent.leaving
        _forget(world, position)
        bulk.on_gone(world, position.id)
        return
    if open_units(position) == 0:
        close(world, position)
    elif position.exit_reason:
        reason, is_urgent = ExitReason(position.exit_reason), intent.kind == "chase"
        intents.start_exit(world, position, reason, cause=intent.cause, is_urgent=is_urgent)
    elif intent.leaving and not bulk.will_close(world, position.id):
        reason = ExitReason(intent.leaving)  # it filled while a bulk exit had it cancelled
        exits.signal(world, position, [reason], position.price, cause=intent.cause)


def _forget(world: World, position: Position) -> None:
    """It is over, as far as we know: a late fill finds it again."""
    state = world.state
    state.gone[position.id] = state.positions.pop(position.id)
    state.by_instrument[position.instrument].remove(position.id)
    if not state.by_instrument[position.instrument]:
        del state.by_instrument[position.instrument]


def close(world: World, position: Position) -> None:
    """The last unit is sold: state the trade, take its result in, let a bulk exit go on."""
    stop = intents.stop_of(world, position)
    if stop is not None:  # sold by somebody else: what rests would sell it again
        ladder.end(world, stop, "the position is closed")
    _forget(world, position)
    trade = trades.trade_of(world, position)
    seq = world.emit(trade)
    text = f"{trade.reason} {trade.symbol} net {trade.net_paise / 100:+.2f}"
    marks.mark(world, "exit", trade.exit_underlying_paise, text)
    losses.on_trade(world, desk_of(world, position), trade, cause=seq)
    bulk.on_gone(world, position.id)
