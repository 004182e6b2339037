"""What is at stake now: open positions with what protects them, and orders that are not over."""

from rustro_kernel.engine import protection
from rustro_kernel.engine.account import open_cost, open_positions, open_units
from rustro_kernel.engine.events.kill import Exposed, Pending
from rustro_kernel.engine.order_protocol import FINALS
from rustro_kernel.engine.reconciliation import instrument_of
from rustro_kernel.engine.world import World


def exposed_now(world: World) -> tuple[Exposed, ...]:
    """Every open position."""
    return tuple(
        Exposed(
            position.id,
            position.symbol,
            open_units(position),
            open_cost(position),
            world.quote(position.instrument).bid,
            protection.told(world, position),
        )
        for position in open_positions(world)
    )


def pending_now(world: World) -> tuple[Pending, ...]:
    """Every order that is not over, those of which nobody knows among them."""
    return tuple(
        Pending(
            order.tag,
            "BUY" if order.is_entry else "SELL",
            symbol(world, instrument_of(world, order)),
            order.units,
            order.filled,
            order.state.value,
        )
        for order in world.state.orders.values()
        if order.state not in FINALS
    )


def symbol(world: World, key: str) -> str:
    """An instrument's name for people."""
    known = world.state.instruments.get(key)
    return known.symbol if known is not None else key
