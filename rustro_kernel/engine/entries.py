"""Every completed minute of an underlying: all gates, and a signal if all say yes."""

from collections.abc import Iterator

import msgspec

from rustro_kernel.domain.bars import SPAN_NS, Bar, Timeframe
from rustro_kernel.domain.instruments import Instrument
from rustro_kernel.domain.market_time import MINUTE, show_clock
from rustro_kernel.domain.verdicts import Direction, Gate
from rustro_kernel.engine import held_quotes, intents, marks
from rustro_kernel.engine.analysis import ask_strategy, window
from rustro_kernel.engine.chain import candidate
from rustro_kernel.engine.events.strategy import EntryEvaluated, SignalGenerated
from rustro_kernel.engine.filters import market_filters, option_filters, size_of
from rustro_kernel.engine.holdings import Position
from rustro_kernel.engine.longer import anchor_ns
from rustro_kernel.engine.state import Desk, Entered
from rustro_kernel.engine.world import World
from rustro_kernel.strategies.base import Finding, Moment, Trigger

DIRECTIONS = {each.value: each for each in (Direction.CE, Direction.PE)}
H1, H1_NS = Timeframe.H1.value, SPAN_NS[Timeframe.H1]


class Look(msgspec.Struct, frozen=True):
    """One evaluation: what was seen, and what it would buy."""

    at: int
    close: int
    hour_ns: int
    trigger: Trigger | None
    gates: tuple[Gate, ...]
    option: Instrument | None
    units: int

    @property
    def first_no(self) -> str | None:
        """The first gate that said no; gates with a dot are parts of a trigger."""
        return next((g.name for g in self.gates if g.ok is False and "." not in g.name), None)


def evaluate(world: World, desk: Desk, at: int, bar: Bar, *, is_five: bool) -> None:
    """State every gate of a minute, and act on a signal."""
    act_on(world, desk, at, bar, trigger(world, desk, at, bar, is_five=is_five))


def act_on(world: World, desk: Desk, at: int, bar: Bar, found: Finding[Trigger | None]) -> None:
    """State the gates around the strategy's answer, and act on a signal."""
    look = _look(world, desk, at, bar, found)
    desk.first_no, desk.gates = look.first_no, look.gates
    seq = world.emit(_stated(world, desk, look))
    if look.first_no is None and look.trigger is not None and look.option is not None:
        _enter(world, desk, look, seq)


def stops_at(
    world: World, desk: Desk, at: int, bar: Bar, found: Finding[Trigger | None]
) -> str | None:
    """The first gate that says no, found without working out those after it."""
    gates = _gates(world, desk, at, bar, found, candidate(world, desk, bar.close))
    return next((gate.name for gate in gates if gate.ok is False and "." not in gate.name), None)


def _look(world: World, desk: Desk, at: int, bar: Bar, found: Finding[Trigger | None]) -> Look:
    option = candidate(world, desk, bar.close)
    return Look(
        at=at,
        close=bar.close,
        hour_ns=_hour(world, bar.start_ns),
        trigger=found.answer,
        gates=tuple(_gates(world, desk, at, bar, found, option)),
        option=option,
        units=size_of(world, option).units if option else 0,
    )


def _gates(
    world: World,
    desk: Desk,
    at: int,
    bar: Bar,
    found: Finding[Trigger | None],
    option: Instrument | None,
) -> Iterator[Gate]:
    """Every gate of a minute, in order."""
    has_direction = desk.direction in DIRECTIONS
    yield Gate("direction", desk.direction, "CE or PE", has_direction)
    yield Gate("aligned", desk.is_aligned, True, desk.is_aligned if has_direction else None)
    asked = bool(has_direction and desk.is_aligned)
    kind = found.answer.kind.value if found.answer else None
    yield Gate("trigger", kind, world.strategy.triggers, bool(kind) if asked else None)
    yield from found.gates
    yield from market_filters(world, desk, at)
    yield _contract(world, option, is_wanted=has_direction)
    yield from option_filters(world, option)
    signal_id = _signal_id(desk, _hour(world, bar.start_ns)) if has_direction else None
    yield from _own_rules(world, desk, at, signal_id)


def _hour(world: World, start: int) -> int:
    """The start of the hour a minute lies in."""
    anchor = anchor_ns(world)
    return anchor + (start - anchor) // H1_NS * H1_NS


def _signal_id(desk: Desk, hour_ns: int) -> str:
    return f"{desk.name}-{desk.direction}-{show_clock(hour_ns)[:5]}"


def trigger(
    world: World, desk: Desk, at: int, bar: Bar, *, is_five: bool
) -> Finding[Trigger | None]:
    """The strategy's answer for this minute; not asked while there is no alignment."""
    if not desk.is_aligned or desk.direction not in DIRECTIONS:
        return Finding(None)
    book = world.state.books.get(desk.future)
    running = book.higher.get(H1) if book else None
    moment = Moment(
        at_ns=at,
        direction=DIRECTIONS[desk.direction],
        minute=bar,
        fives=window(world, desk, Timeframe.M5),
        is_five=is_five,
        hours=window(world, desk, Timeframe.H1),
        last_hour=desk.last_hour,
        last_hour_volume=desk.future_hours[-1].volume if desk.future_hours else 0,
        running_volume=running.volume if running and running.start else 0,
        minutes_into_hour=(at - _hour(world, at)) // MINUTE,
    )
    return ask_strategy(world, "trigger", lambda: world.strategy.trigger(moment), None)


def _contract(world: World, option: Instrument | None, *, is_wanted: bool) -> Gate:
    """What would be bought is listed, and no position has it: quotes find one position each."""
    wanted = "listed, not held"
    if option is None:
        return Gate("contract", None, wanted, False if is_wanted else None)
    return Gate("contract", option.symbol, wanted, option.key not in world.state.by_instrument)


def _own_rules(world: World, desk: Desk, at: int, signal_id: str | None) -> tuple[Gate, ...]:
    """One signal an hour, the pause after a loss, and every reason for no entries."""
    most = world.settings.strategy.max_reentries
    is_unused = signal_id not in desk.signals_used if signal_id else None
    until = show_clock(desk.pause_until_ns) if desk.pause_until_ns else None
    halted = ", ".join(sorted(world.state.halts))
    return (
        Gate("signal_unused", signal_id, "once an hour", is_unused),
        Gate("reentries", desk.reentries, most, not desk.losing_exits or desk.reentries < most),
        Gate("reentry_pause", until, "passed", at >= desk.pause_until_ns),
        Gate("no_halt", halted or None, None, not halted),
    )


def _stated(world: World, desk: Desk, look: Look) -> EntryEvaluated:
    trigger = look.trigger
    return EntryEvaluated(
        desk.name,
        look.at,
        look.close,
        desk.direction or "UNDETERMINED",
        trigger.kind.value if trigger else None,
        trigger.secondary.value if trigger and trigger.secondary else None,
        look.first_no,
        look.gates,
        world.state.synthetic,
    )


def _enter(world: World, desk: Desk, look: Look, cause: int) -> None:
    """State the signal, use it up, and give birth to the entry."""
    assert look.option is not None
    assert look.trigger is not None
    option, trigger = look.option, look.trigger
    signal_id = _signal_id(desk, look.hour_ns)
    desk.signals_used.append(signal_id)
    if desk.losing_exits:
        desk.reentries += 1
    ltp = world.quote(option.key).ltp
    seq = world.emit(
        SignalGenerated(
            signal_id,
            desk.name,
            desk.direction or "",
            trigger.kind.value,
            trigger.secondary.value if trigger.secondary else None,
            option.key,
            option.symbol,
            option.strike,
            option.expiry,
            look.units,
            option.lot,
            ltp,
            look.at,
            look.hour_ns,
        ),
        cause=cause,
    )
    marks.mark(world, "signal", look.close, f"{trigger.kind.value} {option.symbol}")
    position = Position(
        id=f"P{len(desk.signals_used)}-{signal_id}",
        signal_id=signal_id,
        underlying=desk.name,
        instrument=option.key,
        symbol=option.symbol,
        right=option.right.value if option.right else "",
        strike=option.strike,
        expiry=option.expiry,
        lot=option.lot,
        trigger=trigger.kind.value,
    )
    _note(world, position)
    held_quotes.watch(world, position.instrument)
    intents.enter(world, position, look.units, cause=seq)


def _note(world: World, position: Position) -> None:
    """Remember the decision for as long as the same one again would be a mistake."""
    state, oldest = world.state, world.now - world.limits.same_intent_ns
    recent = [each for each in state.entered if each.ts_ns >= oldest]
    state.entered = [*recent, Entered(world.now, position.instrument, position.id)]
