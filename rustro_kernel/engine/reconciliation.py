"""Our books held against the account's positions, after a restart.

Our own figures come from our orders, each of which is found by its tag. So units beyond them are
not ours: they are named and never touched. Units that are missing went without us: we book what the
broker holds, since an exit must never sell more. A figure counts when it was read twice.
"""

from collections.abc import Iterator

from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.domain.verdicts import ExitReason
from rustro_kernel.engine import intents, protection
from rustro_kernel.engine.account import open_units
from rustro_kernel.engine.booking import shrunk
from rustro_kernel.engine.effects import AskPositions
from rustro_kernel.engine.events.orders import DuplicateIgnored
from rustro_kernel.engine.events.positions import OrphanFound, PositionReconciled
from rustro_kernel.engine.holdings import Order, Position
from rustro_kernel.engine.inputs import BrokerPositions
from rustro_kernel.engine.order_protocol import FINALS
from rustro_kernel.engine.world import World

HALT = "RECOVERING"
AGAIN_NS = SECOND
STOP_SPEAKS_NS = 10 * SECOND
"""The account may show a stop's sale before the order does; counted twice it looks like a short."""


def on_positions(world: World, seen: BrokerPositions) -> None:
    """Compare; where both sides agree and no order is open, entries are allowed again."""
    recovery = world.state.recovery
    if recovery is None:
        world.emit(DuplicateIgnored("positions", str(len(seen.units))))
        return
    before, recovery.differing = recovery.differing, {}
    orders = list(world.state.orders.values())
    moving = {instrument_of(world, order) for order in orders if moves(world, order)}
    ours = dict.fromkeys(instrument_of(world, order) for order in orders)
    for key in dict.fromkeys((*ours, *seen.units)):
        if key not in moving:
            _compare(world, key, seen.units.get(key, 0), before.get(key))
    recovery.has_positions = True
    world.touched |= dict.fromkeys(world.state.positions, recovery.cause)
    if moving or recovery.differing:
        world.schedule(world.now + AGAIN_NS, "positions")
        return
    world.state.recovery = None
    world.unhalt(HALT, cause=recovery.cause)


def on_due(world: World, _reference: str) -> None:
    """Look again."""
    if world.state.recovery is not None:
        world.ask(AskPositions())


def instrument_of(world: World, order: Order) -> str:
    """What an order trades."""
    return _position_of(world, order).instrument


def booked(world: World, key: str) -> int:
    """Units of an instrument that we hold."""
    return sum(open_units(position) for position in _holding(world, key))


def moves(world: World, order: Order) -> bool:
    """Whether an order may change what is held at any moment; a stop that rests does not."""
    intent = world.working(order.tag)
    rests = intent is not None and protection.is_resting(world, intent)
    return order.state not in FINALS and not rests


def _position_of(world: World, order: Order) -> Position:
    state = world.state
    return state.positions.get(order.position_id) or state.gone[order.position_id]


def _holding(world: World, key: str) -> Iterator[Position]:
    state = world.state
    return (state.positions[each] for each in list(state.by_instrument.get(key, [])))


def _compare(world: World, key: str, units: int, before: int | None) -> None:
    """Take in one instrument's figure, unless it differs for the first time."""
    ours = booked(world, key)
    if units == ours + world.state.orphans.get(key, 0):
        return
    recovery = world.state.recovery
    assert recovery is not None  # looked at by `on_positions`
    is_new = units != before
    if is_new:
        recovery.since[key] = world.now
    if is_new or (units < ours and _may_be_a_stop(world, key, recovery.since[key])):
        recovery.differing[key] = units
        return
    held = max(0, min(units, ours))
    if held < ours:
        _correct(world, key, ours, held)
    _say_orphan(world, key, units - held)


def _may_be_a_stop(world: World, key: str, since_ns: int) -> bool:
    """Whether a stop that rests as far as we know has sold what is missing, and says so later."""
    has_stop = any(intents.stop_of(world, each) is not None for each in _holding(world, key))
    return has_stop and world.now - since_ns < STOP_SPEAKS_NS


def _correct(world: World, key: str, ours: int, held: int) -> None:
    """Take what is missing from the positions, at the last price: nobody told another one."""
    symbol = next(position.symbol for position in _holding(world, key))
    seq = world.emit(PositionReconciled(key, symbol, ours, held))
    text = f"{symbol}: {ours} units booked, the broker holds {held}"
    world.alert("critical", text, cause=seq)
    missing = ours - held
    for position in _holding(world, key):
        taken = min(missing, open_units(position))
        if taken:
            position.sold += taken
            position.sell_value += taken * position.price
            missing -= taken
            shrunk(world, position, "", ExitReason.RECONCILED)


def _say_orphan(world: World, key: str, units: int) -> None:
    if units == world.state.orphans.get(key, 0):
        return
    world.state.orphans[key] = units
    seq = world.emit(OrphanFound(key, units))
    known = world.state.instruments.get(key)
    text = f"{units:+d} {known.symbol if known else key} in the account are not ours"
    world.alert("critical", f"{text}: never touched", cause=seq)
