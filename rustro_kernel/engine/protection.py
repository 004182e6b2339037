"""The protective stop: one sell order that rests at the broker for the time we cannot act.

It is worked like any intent, of the kind `stop`, but never priced again: it follows what is held.
More is held: the order is changed. Less is held, or our own exit begins: it is cancelled, and
nothing is sold before the broker has confirmed that. What it sells while it rests is an exit.
"""

from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.domain.money import WHOLE_BPS, tick_down
from rustro_kernel.domain.verdicts import ExitReason
from rustro_kernel.engine import exits, intents, ladder
from rustro_kernel.engine.account import open_units
from rustro_kernel.engine.events.orders import (
    PreOrderValidationFailed,
    PreOrderValidationPassed,
)
from rustro_kernel.engine.holdings import STOP, Intent, Order, Position
from rustro_kernel.engine.hours import is_tradable
from rustro_kernel.engine.order_protocol import OrderState
from rustro_kernel.engine.submission import change, submit
from rustro_kernel.engine.validation import checks
from rustro_kernel.engine.world import World

LIMIT_BPS = 9_000
"""Its limit as a share of its trigger: room for a gap; what jumps over that, our exit chases."""
TRIES = 3
"""Stops in a row that the broker did not keep, before a person has to look."""
RESTS = frozenset({OrderState.OPEN, OrderState.PARTIAL})
AGAIN_NS = 5 * SECOND


def is_on(world: World) -> bool:
    """Whether positions are protected at the broker."""
    wanted = world.settings.exits.broker_stop
    return wanted == "on" or (wanted == "live" and world.state.mode == "live")


def keep(world: World, position: Position, *, cause: int | None) -> None:
    """Bring the stop in step with what is held."""
    stop, wanted = intents.stop_of(world, position), _wanted(world, position)
    if stop is None:
        if wanted:
            _rest(world, position, wanted, cause)
        return
    order = world.order_of(stop)
    if order is None or stop.ending:
        return
    if order.units - order.filled > wanted:
        ladder.end(world, stop, "less is held" if wanted else "no stop is wanted")
    elif order.units - order.filled < wanted and order.state in RESTS:
        _grow(world, position, stop, order, wanted)


def _wanted(world: World, position: Position) -> int:
    """Units that the stop should sell: none once the position is being left."""
    if position.exit_reason or not is_on(world) or position.stop_failures >= TRIES:
        return 0
    held, most = open_units(position), intents.freeze(world, position.instrument)
    return min(held, most) if most else held


def _rest(world: World, position: Position, units: int, cause: int | None) -> None:
    """Send a new stop, if the market is open, the broker's books are known and no other sells."""
    recovery = world.state.recovery
    is_blind = recovery is not None and recovery.is_blind(position.instrument)
    is_ready = is_tradable(world.state.hours, world.now) and not is_blind
    if not is_ready or ladder.is_rivalled(world, position.id):
        world.schedule(world.now + AGAIN_NS, "protect", position.id)
        return
    stop = intents.protect(world, position, units, cause=cause)
    trigger, limit = prices(world, position)
    made = checks(world, stop, units, limit)
    failed = tuple(check.name for check in made if check.ok is False)
    if failed:
        world.emit(PreOrderValidationFailed(stop.id, failed, made), cause=stop.cause, key=stop.key)
        stop.ending = f"checks failed: {', '.join(failed)}"
        position.stop_failures = TRIES - 1
        _failed(world, position, stop.ending, stop.cause)
        ladder.finish(world, stop)
        return
    fact = PreOrderValidationPassed(stop.id, made)
    stop.attempt = 0
    submit(world, stop, units, limit, world.emit(fact, cause=stop.cause, key=stop.key), trigger)


def _grow(world: World, position: Position, stop: Intent, order: Order, wanted: int) -> None:
    """More is held: one order goes on covering all of it."""
    trigger, limit = prices(world, position)
    change(world, stop, order, order.filled + wanted, limit, trigger)


def prices(world: World, position: Position) -> tuple[int, int]:
    """Trigger and limit in paise, both down to the tick, never under one tick."""
    tick = world.state.instruments[position.instrument].tick
    keep_bps = WHOLE_BPS - world.limits.broker_stop_bps
    trigger = position.buy_value * keep_bps // (position.bought * WHOLE_BPS)
    limit = trigger * LIMIT_BPS // WHOLE_BPS
    return max(tick_down(trigger, tick), tick), max(tick_down(limit, tick), tick)


def is_resting(world: World, intent: Intent) -> bool:
    """Whether an intent is a stop that the broker has, and that nobody is taking away."""
    order = world.order_of(intent)
    return intent.kind == STOP and order is not None and order.state in RESTS


def on_due(world: World, position_id: str) -> None:
    """It could not be sent before."""
    if position_id in world.state.positions:
        world.touched[position_id] = None


def on_fill(world: World, stop: Intent) -> None:
    """It has sold something: the position is left, the rest with it."""
    position = world.state.positions.get(stop.position_id)
    if position is not None and not position.exit_reason:
        reasons = [ExitReason.BROKER_STOP]
        exits.signal(world, position, reasons, position.price, cause=stop.cause)


def on_over(world: World, position: Position, stop: Intent) -> None:
    """A stop is done: one that nobody ended and that did not sell all was not kept."""
    if not stop.ending and stop.filled < stop.units:
        _failed(world, position, "the broker did not keep it", stop.cause)
    world.touched[position.id] = stop.cause


def _failed(world: World, position: Position, why: str, cause: int) -> None:
    position.stop_failures += 1
    if position.stop_failures == TRIES:
        text = f"{position.symbol} has no protective stop at the broker: {why}"
        world.alert("critical", text, cause=cause)


def on_slow(world: World, intent_id: str) -> None:
    """An exit still waits for its stop to be gone."""
    stop = world.state.intents.get(intent_id)
    position = world.state.positions.get(stop.position_id) if stop is not None else None
    if stop is None or position is None or not open_units(position):
        return
    text = f"{stop.symbol} is not closed yet: its protective stop could not be cancelled"
    world.alert("critical", text, cause=stop.cause)
    world.schedule(world.now + intents.SLOW_NS, "stop_slow", intent_id)


def told(world: World, position: Position) -> str:
    """How the position is protected, in words for a person."""
    stop = intents.stop_of(world, position)
    order = world.order_of(stop) if stop is not None else None
    if order is None:
        return "no protective stop at the broker"
    rests = f"{order.units - order.filled} units, trigger {order.trigger / 100:.2f}"
    if order.state in RESTS:
        return f"a protective stop rests: {rests}"
    return f"a protective stop is {order.state.value}: {rests}"
