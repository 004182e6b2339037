"""The course of a day: phases, windows, the end-of-day exit, the close."""

from rustro_kernel.domain.market_time import HOUR, SECOND
from rustro_kernel.domain.verdicts import ExitReason
from rustro_kernel.engine import bars, boundary, bulk, flaws, gaps, ladder, longer, minutes
from rustro_kernel.engine.account import open_positions, open_units
from rustro_kernel.engine.effects import Finish
from rustro_kernel.engine.events.orders import UnclosedAtClose
from rustro_kernel.engine.events.startup import (
    EntryWindowClosed,
    EntryWindowOpened,
    MarketOpened,
    MarketPhaseDetermined,
    PhaseRevalidationRequired,
)
from rustro_kernel.engine.events.system import (
    DailyShutdownAllowed,
    EodMandatoryExit,
    MarketClosed,
    PostMarketRequired,
    ShutdownCompleted,
)
from rustro_kernel.engine.hours import close_ns, extend, is_tradable, open_ns, within
from rustro_kernel.engine.inputs import MarketNotice
from rustro_kernel.engine.order_protocol import UNSEEN
from rustro_kernel.engine.world import World

CONNECT_BEFORE_NS = 60 * SECOND
SETTLE_NS = SECOND
HALT_LASTS_AT_MOST = 6 * HOUR
UNCLOSED, HALTED = 4, 4
"""Exit codes: risk stopped the day, or something was left open."""
ENDS_BADLY = {
    "LOSS_HALT": "daily loss limit",
    "TOKEN_DEGRADED": "the broker's tokens were lost",
    "OVERSOLD": "more was sold than held",
}
"""Halts that a day may not end in as if nothing had been."""


def begin(world: World) -> None:
    """Put the day's times on the agenda; those already past fire at once, in order."""
    hours = world.state.hours
    enter_phase(world, "PREOPEN", "start-up")
    for leg_open, leg_close in hours.derivative_legs:
        world.schedule(leg_open, "open")
        world.schedule(leg_close, "close", str(leg_close))
    if world.state.rules.index_auction is not None:
        world.schedule(world.state.rules.index_auction.open_ns, "auction")
    world.schedule(hours.window[0], "window_open")
    world.schedule(hours.window[1], "window_close")
    world.schedule(hours.eod_expiry_ns, "eod_expiry")
    world.schedule(hours.eod_ns, "eod")


def on_ready(world: World) -> None:
    """History is in: wait for the open, connect shortly before it."""
    state = world.state
    state.stage = "TRADING" if state.phase == "OPEN" else "WAITING"
    if not world.by_minutes:
        world.schedule(max(world.now, open_ns(state.hours) - CONNECT_BEFORE_NS), "connect")
    world.schedule(max(world.now, state.hours.daily_ns), "daily")


def enter_phase(world: World, phase: str, reason: str, *, cause: int | None = None) -> None:
    """The market is in a phase from now on."""
    if world.state.phase != phase or phase == "PREOPEN":
        world.state.phase = phase
        world.emit(MarketPhaseDetermined(phase, reason), cause=cause)


def on_open(world: World, _reference: str) -> None:
    """Continuous trading begins (again, on a day of two legs)."""
    state = world.state
    enter_phase(world, "OPEN", "continuous trading")
    if state.stage != "INIT":  # begun during the day: the history is not in yet
        state.stage = "TRADING"
    if not state.boundary:
        world.emit(MarketOpened())
        if world.by_minutes:
            minutes.begin(world)
            return
        boundary.begin(world)
        gaps.begin(world)
        world.schedule(world.now + world.limits.vix_stale_ns, "vix_stale")


def on_auction(world: World, _reference: str) -> None:
    """The cash market's closing auction: the index stands still, options trade on."""
    enter_phase(world, "AUCTION", "closing auction of the cash market")


def on_window_open(world: World, _reference: str) -> None:
    """Entries are allowed from now on, if the market is open at all."""
    start, end = world.state.hours.window
    if world.state.phase == "OPEN" and start < end:
        world.emit(EntryWindowOpened())


def on_window_close(world: World, _reference: str) -> None:
    """No entries from now on; those at work are cancelled."""
    world.emit(EntryWindowClosed())
    for intent in [i for i in world.state.intents.values() if i.is_entry]:
        ladder.end(world, intent, "entry window closed")


def on_eod(world: World, _reference: str) -> None:
    """Everything must be closed; a halted market is left at its first tradable second."""
    hours = world.state.hours
    if hours.is_halted or hours.has_eod_passed:
        return
    hours.has_eod_passed = True
    seq = world.emit(EodMandatoryExit("end of day", len(open_positions(world))))
    world.halt("EOD", "the end-of-day exit has passed", cause=seq)
    bulk.start(world, ExitReason.EOD, cause=seq)


def on_eod_expiry(world: World, _reference: str) -> None:
    """Contracts that expire today go earlier."""
    state = world.state
    if state.hours.is_halted or state.hours.has_expiry_eod_passed:
        return
    state.hours.has_expiry_eod_passed = True
    ending = {p.id for p in state.positions.values() if p.expiry == state.rules.date}
    if ending:
        seq = world.emit(EodMandatoryExit("expiry day", len(ending)))
        bulk.start(world, ExitReason.EOD, cause=seq, only=ending)


def recheck(world: World, reason: str) -> None:
    """After a blind stretch: the phase is what the hours make it."""
    hours = world.state.hours
    seq = world.emit(PhaseRevalidationRequired(reason, close_ns(hours)))
    if world.state.phase == "PREOPEN" and is_tradable(hours, world.now):
        enter_phase(world, "OPEN", reason, cause=seq)


def on_notice(world: World, notice: MarketNotice) -> None:
    """The exchange halts, resumes or moves its close."""
    hours = world.state.hours
    seq = world.emit(PhaseRevalidationRequired(notice.reason, notice.close_ns))
    if notice.halted:
        hours.is_halted = True
        enter_phase(world, "HALTED", notice.reason)
        world.halt("MARKET_HALTED", notice.reason, cause=seq)
        return
    if hours.is_halted:
        hours.is_halted, hours.resumed_ns = False, world.now
    if notice.close_ns > close_ns(hours):
        extend(hours, world.now, notice.close_ns)
        longer.stretch(world)
        world.schedule(notice.close_ns, "close", str(notice.close_ns))
    world.unhalt("MARKET_HALTED", cause=seq)
    if within(hours.derivative_legs, world.now):
        enter_phase(world, "OPEN", notice.reason)
    _catch_up(world)


def _catch_up(world: World) -> None:
    """What fell into the halt happens now."""
    hours, now = world.state.hours, world.now
    if now >= hours.eod_expiry_ns:
        on_eod_expiry(world, "")
    if now >= hours.eod_ns:
        on_eod(world, "")
    if now >= close_ns(hours):
        on_close(world, str(close_ns(hours)))


def on_close(world: World, reference: str) -> None:
    """A leg's end; the last one ends the day once its last bars are in."""
    hours = world.state.hours
    is_last = int(reference) == close_ns(hours)
    if within(hours.derivative_legs, world.now):
        return  # the close was moved meanwhile
    if is_last and hours.is_halted:  # the close is wherever the exchange will put it
        world.schedule(int(reference) + HALT_LASTS_AT_MOST, "give_up", reference)
        return
    enter_phase(world, "CLOSED" if is_last else "PREOPEN", "end of continuous trading")
    if is_last:
        world.emit(MarketClosed())
        world.schedule(world.now + world.limits.grace_ns + SETTLE_NS, "finish")


def on_give_up(world: World, reference: str) -> None:
    """Halted for hours past the close: the day is over."""
    if world.state.hours.is_halted and int(reference) == close_ns(world.state.hours):
        world.state.hours.is_halted = False
        on_close(world, reference)


def on_finish(world: World, _reference: str) -> None:
    """The last bars are in: say what is left open, then allow the shutdown."""
    state = world.state
    bars.finish(world)
    for position in open_positions(world):
        held = open_units(position)
        seq = world.emit(UnclosedAtClose(position.id, position.symbol, held))
        world.alert("critical", f"{position.symbol}: {held} units open at the close", cause=seq)
        state.exit_code = UNCLOSED
    _say_unresolved(world)
    seq = world.emit(PostMarketRequired())
    for halt, reason in ENDS_BADLY.items():
        if state.exit_code == 0 and halt in state.halts:
            state.exit_code, state.stop_reason = HALTED, reason
    shut_down(world, state.stop_reason or "end of day", cause=seq)


def _say_unresolved(world: World) -> None:
    """An order of which nobody knows may be a position that nobody watches."""
    for intent in world.state.intents.values():
        order = world.order_of(intent)
        if order is not None and order.state in UNSEEN:
            text = f"nobody knows what became of order {order.tag} ({intent.side} {intent.symbol})"
            world.alert("critical", text, cause=intent.cause)
            world.state.exit_code = UNCLOSED


def shut_down(world: World, reason: str, *, cause: int | None = None) -> None:
    """The last record; nothing is wanted after it."""
    flaws.state_final_counts(world)
    code = world.state.exit_code
    seq = world.emit(DailyShutdownAllowed(code, reason), cause=cause)
    world.emit(ShutdownCompleted(code, reason), cause=seq)
    world.state.stage = "CLOSED"
    world.state.agenda.clear()
    world.ask(Finish(reason, code))
