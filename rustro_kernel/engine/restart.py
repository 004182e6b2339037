"""A session that goes on after its process was gone.

The engine is what it was; everything outside is new. What was asked for and may have been lost is
asked for again, except orders: each that was not over is unknown now, and is looked up by its tag,
never sent again. Entries that were at work end. Until both sides agree there are no new ones.
"""

import heapq

from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.domain.verdicts import ExitReason
from rustro_kernel.engine import bulk, day, ladder, stream
from rustro_kernel.engine.effects import (
    AskPositions,
    ConnectStream,
    Finish,
    LeftOrder,
    LoadMaster,
    Subscribe,
    SyncHistory,
    TakeOver,
)
from rustro_kernel.engine.events.orders import OrderOutcomeUnknown
from rustro_kernel.engine.events.system import LedgerRepaired, SessionRestarted
from rustro_kernel.engine.holdings import Order, Recovery
from rustro_kernel.engine.inputs import Restarted
from rustro_kernel.engine.order_protocol import FINALS, OrderState
from rustro_kernel.engine.reconciliation import HALT, booked, instrument_of
from rustro_kernel.engine.state import Tokens
from rustro_kernel.engine.submission import change, withdraw
from rustro_kernel.engine.world import World

OUTAGE = "OUTAGE"
SHORT_NS, LONG_NS, CALM_NS = 5 * MINUTE, 30 * MINUTE, 15 * MINUTE
"""Outages of the open market up to the first change nothing; over the second end the day."""
AGAIN = frozenset({"credentials", "login", "doctor", "broker"})
"""Start-up steps that a new process takes again."""
OF_OLD_TOKENS = frozenset({"tokens", "tokens_flat", "tokens_ended"})
WHY = "the session was restarted"


def begin(world: World, restarted: Restarted) -> None:
    """Doubt every order, ask again for what lives outside, and weigh the outage."""
    state = world.state
    if state.stage == "CLOSED":  # it died between its last record and its end
        world.ask(Finish(state.stop_reason or "end of day", state.exit_code))
        return
    doubted = [order for order in state.orders.values() if order.state not in FINALS]
    lost_ns = _lost(world, restarted.down_ns)
    seq = world.emit(SessionRestarted(restarted.down_ns, lost_ns, len(doubted), restarted.ignored))
    for cut in restarted.repaired:
        world.emit(LedgerRepaired(cut), cause=seq)
    world.alert("warning", f"{WHY}: {len(doubted)} orders are looked up", cause=seq)
    _forget_process(world, seq)
    _ask_again(world, restarted.down_ns)
    _doubt(world, doubted)
    _weigh(world, lost_ns, seq)


def on_outage_over(world: World, _reference: str) -> None:
    """The quarter of an hour after the last outage is over."""
    world.unhalt(OUTAGE)


def _forget_process(world: World, cause: int) -> None:
    state = world.state
    state.recovery = Recovery(cause)
    state.steps = [step for step in state.steps if step not in AGAIN]
    state.tokens = Tokens()
    state.wake_asked = 0
    _unschedule(world, OF_OLD_TOKENS)
    world.halt(HALT, WHY, cause=cause)


def _unschedule(world: World, names: frozenset[str]) -> None:
    state = world.state
    state.agenda = [due for due in state.agenda if due[2] not in names]
    heapq.heapify(state.agenda)


def _ask_again(world: World, down_ns: int) -> None:
    """First of all the orders: what follows may be about them."""
    state, names = world.state, world.settings.market.underlyings
    world.ask(_take_over(world))
    if not state.instruments:
        world.ask(LoadMaster(names))
    elif state.stage == "INIT":
        world.ask(SyncHistory(names))
    elif not any(name == "connect" for _, _, name, _ in state.agenda):
        was_up = stream.DOWN not in state.halts
        stream.down(world, WHY)
        if was_up:  # it was not seen, but it went with the process
            state.down_ns = world.now - down_ns
        world.ask(ConnectStream())
        _subscribe(world)
    world.ask(AskPositions())


def _subscribe(world: World) -> None:
    for depth in (False, True):
        keys = tuple(
            InstrumentKey(key) for key, deep in world.state.watched.items() if deep is depth
        )
        if keys:
            world.ask(Subscribe(keys, depth=depth))


def _take_over(world: World) -> TakeOver:
    """Every order that may still be news, and our books."""
    state = world.state
    orders = state.orders.values()
    left = [
        LeftOrder(order.tag, order.filled, order.value, order.state in FINALS)
        for order in orders
        if order.state not in FINALS or order.was_stated or order.state is OrderState.ABSENT
    ]
    spent = sum(order.value if order.is_entry else -order.value for order in orders)
    keys = dict.fromkeys(instrument_of(world, order) for order in orders)
    units = {key: booked(world, key) for key in keys}
    instruments = tuple(state.instruments.values())
    return TakeOver(tuple(left), instruments, units, state.account.balance - spent)


def _doubt(world: World, orders: list[Order]) -> None:
    """Nobody knows what became of them: entries end, lost changes are asked for once more."""
    for order in orders:
        order.state = OrderState.UNKNOWN
        intent = world.working(order.tag)
        if intent is None:
            withdraw(world, order)
        elif not order.was_unknown:
            order.was_unknown = True
            fact = OrderOutcomeUnknown(intent.id, order.tag, WHY)
            order.cause = intent.cause = world.emit(fact, cause=intent.cause, key=intent.key)
        if intent is not None and order.was_changed and not intent.ending:
            change(world, intent, order, order.units, order.limit, order.trigger)
    for intent in list(world.state.intents.values()):
        if intent.is_entry or intent.ending:  # what was being cancelled is cancelled again
            ladder.end(world, intent, WHY)


def _lost(world: World, down_ns: int) -> int:
    """How much of an outage fell into the hours of the market."""
    start, end = world.now - down_ns, world.now
    legs = world.state.hours.derivative_legs
    return sum(max(0, min(end, close) - max(start, opened)) for opened, close in legs)


def _weigh(world: World, lost_ns: int, cause: int) -> None:
    """After some minutes there is a pause; after half an hour the day is over."""
    if lost_ns < SHORT_NS:
        return
    _unschedule(world, frozenset({"outage"}))  # the calm counts from this one
    world.halt(OUTAGE, f"the session was gone for {lost_ns // MINUTE} minutes", cause=cause)
    if lost_ns <= LONG_NS:
        world.schedule(world.now + CALM_NS, "outage")
        return
    state = world.state
    state.exit_code, state.stop_reason = day.HALTED, "an outage of more than half an hour"
    state.closing = ExitReason.SHUTDOWN.value
    bulk.start(world, ExitReason.SHUTDOWN, cause=cause)
    world.schedule(world.now, "stopping", "flatten")
