"""What a round trip comes to: the record of a trade, and the premium at which it nets nothing."""

from rustro_kernel.domain.charges import charges
from rustro_kernel.domain.money import WHOLE_BPS
from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.engine.holdings import Position
from rustro_kernel.engine.world import World


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


def trails_below_cost(world: World, position: Position, spread: int) -> bool:
    """Whether a trailing stop hit right after arming loses money at this size."""
    limits = world.limits
    armed = position.buy_value * (WHOLE_BPS + limits.trail_arm_bps)
    floor = armed * (WHOLE_BPS - limits.trail_gap_bps) // (position.bought * WHOLE_BPS**2)
    return floor < position.break_even + max(spread, 0)


def trade_of(world: World, position: Position) -> PositionClosed:
    """The trade a closed position was."""
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
        world.quote(world.state.desks[position.underlying].index).ltp,
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
