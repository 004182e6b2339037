"""The kill switch: no entry from the same input on, all out at once, then the broker's own word.

Flat by our books and flat as proven by the broker are two things. When the books are flat the
broker is asked, up to three times; what he does not confirm is said, with what still protects it.
"""

from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.domain.verdicts import ExitReason
from rustro_kernel.engine import bulk, reconciliation
from rustro_kernel.engine.account import open_positions
from rustro_kernel.engine.effects import AskPositions
from rustro_kernel.engine.events.kill import (
    KillChecked,
    KillCompleted,
    KillOverdue,
    KillStageReached,
    KillSwitchActivated,
)
from rustro_kernel.engine.exposure import exposed_now, pending_now, symbol
from rustro_kernel.engine.inputs import BrokerPositions
from rustro_kernel.engine.kill_state import PROVEN_FLAT, Kill
from rustro_kernel.engine.order_protocol import FINALS
from rustro_kernel.engine.world import World

HALT = "KILLED"
ENTRIES_NS, FLAT_NS = 5 * SECOND, 30 * SECOND
"""Within these entries are over, and everything is flat."""
ATTEMPTS, ANSWER_NS, AGAIN_NS = 3, 5 * SECOND, SECOND
"""How often the broker is asked, how long he may take, the pause after a no."""
DISAGREES, SILENT = "BROKER_DISAGREES", "BROKER_SILENT"


def begin(world: World, actor: str, reason: str, *, cause: int) -> None:
    """Kill; once more while one is under way hurries the exits and does not restart its clock."""
    state = world.state
    exposed, pending = exposed_now(world), pending_now(world)
    fact = KillSwitchActivated(actor, reason, len(exposed), exposed, pending)
    cause = world.emit(fact, cause=cause)
    world.halt(HALT, f"killed by {actor}" + (f": {reason}" if reason else ""), cause=cause)
    world.alert("critical", f"kill switch by {actor}", cause=cause)
    if state.kill is None or state.kill.is_over:
        state.kill = Kill(cause, world.now)
        for name, after_ns in (("kill_entries", ENTRIES_NS), ("kill_flat", FLAT_NS)):
            world.schedule(world.now + after_ns, name, str(cause))
    bulk.start(world, ExitReason.KILL, cause=cause, at_once=True)


def follow(world: World) -> None:
    """See how far a kill is; called after every input while there is one."""
    kill = world.state.kill
    if kill is not None and kill.is_over and open_positions(world):
        _reopen(world, kill)
    if kill is None or kill.is_over:
        return
    if not kill.entries_ended_ns and not _has_entries(world):
        kill.entries_ended_ns = world.now
        _stage(world, kill, "ENTRIES_ENDED")
    is_flat = bool(kill.entries_ended_ns) and _is_flat(world)
    if is_flat and not kill.flat_ns:
        kill.flat_ns, kill.attempts = world.now, 0
        _stage(world, kill, "BOOKS_FLAT")
        _ask(world, kill)
    elif kill.flat_ns and not is_flat:  # a late fill
        kill.flat_ns, kill.is_asked = 0, False


def _reopen(world: World, kill: Kill) -> None:
    """A late fill after its end: what the broker said was said of an account without it."""
    kill.outcome, kill.flat_ns, kill.is_overdue = "", 0, False
    world.schedule(world.now + FLAT_NS, "kill_flat", str(kill.cause))


def on_positions(world: World, seen: BrokerPositions) -> None:
    """The account's positions: the answer to a kill's question, or else reconciliation's."""
    kill = world.state.kill
    if kill is None or not kill.is_asked or world.state.recovery is not None:
        reconciliation.on_positions(world, seen)
        return
    kill.is_asked = False
    held = _ours(world, seen)
    seq = world.emit(KillChecked(kill.attempts, held), cause=kill.cause)
    if not held:
        _complete(world, kill, PROVEN_FLAT, held, seq)
    elif kill.attempts < ATTEMPTS:
        world.schedule(world.now + AGAIN_NS, "kill_ask", _attempt(kill))
    else:
        _complete(world, kill, DISAGREES, held, seq)


def on_ask(world: World, reference: str) -> None:
    """The broker did not confirm it, or did not answer: ask again, as long as that is worth it."""
    kill = world.state.kill
    if kill is None or kill.is_over or not kill.flat_ns or _attempt(kill) != reference:
        return
    if kill.attempts < ATTEMPTS:
        _ask(world, kill)
    elif kill.is_asked:
        _complete(world, kill, SILENT, {}, kill.cause)


def on_entries_due(world: World, reference: str) -> None:
    """Entries should be over by now."""
    kill = world.state.kill
    if kill is not None and str(kill.cause) == reference and not kill.entries_ended_ns:
        tags = ", ".join(f"{p.side} {p.symbol} {p.tag}" for p in pending_now(world))
        world.alert("critical", f"kill: entries are not cancelled yet: {tags}", cause=kill.cause)


def on_flat_due(world: World, reference: str) -> None:
    """It should be flat by now: say what is not, and what protects it; exits go on."""
    kill = world.state.kill
    if kill is None or str(kill.cause) != reference or kill.is_over:
        return
    kill.is_overdue = True
    exposed = exposed_now(world)
    fact = KillOverdue(_since_ms(world, kill), exposed, pending_now(world))
    seq = world.emit(fact, cause=kill.cause)
    open_now = "; ".join(f"{e.units} {e.symbol} ({e.protective_stop})" for e in exposed)
    text = f"still open: {open_now}" if exposed else "the broker has not confirmed it"
    world.alert("critical", f"kill: not proven flat yet: {text}", cause=seq)


def is_closing(world: World) -> bool:
    """Whether a kill is at work within its time, so that nobody may resume yet."""
    kill = world.state.kill
    return kill is not None and not kill.is_over and not kill.is_overdue


def is_settled(world: World) -> bool:
    """Whether there is no kill, or nothing more is tried."""
    kill = world.state.kill
    return kill is None or kill.is_over


def _stage(world: World, kill: Kill, stage: str) -> None:
    world.emit(KillStageReached(stage, _since_ms(world, kill)), cause=kill.cause)


def _ask(world: World, kill: Kill) -> None:
    kill.attempts += 1
    kill.is_asked = True
    world.ask(AskPositions())
    world.schedule(world.now + ANSWER_NS, "kill_ask", _attempt(kill))


def _attempt(kill: Kill) -> str:
    return f"{kill.cause}|{kill.flat_ns}|{kill.attempts}"


def _complete(world: World, kill: Kill, outcome: str, held: dict[str, int], cause: int) -> None:
    kill.outcome, kill.is_asked = outcome, False
    after_ms = _since_ms(world, kill)
    seq = world.emit(KillCompleted(outcome, after_ms, kill.attempts, held), cause=cause)
    if outcome == PROVEN_FLAT:
        text = f"kill completed: flat as proven by the broker, after {after_ms} ms"
        world.alert("info", text, cause=seq)
        return
    said = ", ".join(f"{units:+d} {symbol(world, key)}" for key, units in held.items())
    what = f"the broker still shows {said}" if held else "the broker does not answer"
    world.alert("critical", f"kill: our books are flat, but {what}: look there", cause=seq)


def _ours(world: World, seen: BrokerPositions) -> dict[str, int]:
    """Units in instruments that we traded today, without those known not to be ours."""
    state = world.state
    traded = {reconciliation.instrument_of(world, order) for order in state.orders.values()}
    net = {key: units - state.orphans.get(key, 0) for key, units in seen.units.items()}
    return {key: net[key] for key in sorted(traded) if net.get(key)}


def _since_ms(world: World, kill: Kill) -> int:
    return (world.now - kill.begun_ns) // 1_000_000


def _has_entries(world: World) -> bool:
    """Whether any entry is at work, or may be."""
    state = world.state
    return any(i.is_entry for i in state.intents.values()) or any(
        order.is_entry and order.state not in FINALS for order in state.orders.values()
    )


def _is_flat(world: World) -> bool:
    """By our books: nothing open, nothing at work, nothing unknown."""
    state = world.state
    if state.intents or state.recovery is not None or open_positions(world):
        return False
    return all(order.state in FINALS for order in state.orders.values())
