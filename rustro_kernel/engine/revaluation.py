"""What fills really cost: a broker may tell a rounded average first, and the exact value later."""

from rustro_kernel.domain.orders import OrderUpdate
from rustro_kernel.engine import positions
from rustro_kernel.engine.events.orders import FillRevalued
from rustro_kernel.engine.holdings import Order, Position
from rustro_kernel.engine.world import World


def on_report(world: World, order: Order, update: OrderUpdate) -> None:
    """Take the newest value of the units that are counted already, if it is another one."""
    is_other = update.value_paise > 0 and update.value_paise != order.value
    if order.filled and update.filled == order.filled and is_other:
        _revalue(world, order, update.value_paise)


def _revalue(world: World, order: Order, value: int) -> None:
    """The position takes the difference; of a trade that was stated only the day's result does."""
    change, order.value = value - order.value, value
    intent = world.state.intents.get(order.intent_id)
    if intent is not None and intent.live != order.tag:
        intent.value += change
    position, is_trade = _holder(world, order), False
    if position is not None:
        positions.revalue(world, position, order, change)
        is_trade = position.id in world.state.gone
    if is_trade:
        world.state.account.realised += -change if order.is_entry else change
    fact = FillRevalued(
        order.intent_id, order.tag, order.position_id, order.filled, value, change, is_trade
    )
    order.cause = world.emit(fact, cause=order.cause, key=order.key)


def _holder(world: World, order: Order) -> Position | None:
    """Whose units these are: the order's own position, one a late sale took from, or nobody."""
    state = world.state
    everyone = (*state.positions.values(), *state.gone.values())
    return next((p for p in everyone if order.tag in p.buy_orders | p.sell_orders), None)
