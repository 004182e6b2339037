"""The day's story: direction, hours, the gate funnel, signals and trades."""

from collections.abc import Iterator, Sequence

from rustro_kernel.domain.market_time import show_clock
from rustro_kernel.engine.events.kill import (
    KillSwitchActivated,
    LimitedModeEnded,
    LimitedModeStarted,
)
from rustro_kernel.engine.events.orders import PreOrderValidationFailed
from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.engine.events.risk import TradingHalted
from rustro_kernel.engine.events.startup import NoTradeModeActivated, TradingDayChecked
from rustro_kernel.engine.events.strategy import (
    DailyDirectionDetermined,
    EntryEvaluated,
    HourlyAlignmentDetermined,
    SignalGenerated,
)
from rustro_kernel.engine.events.system import ShutdownCompleted
from rustro_kernel.engine.turn import Event
from rustro_kernel.records.funnel import Funnel, FunnelRow, funnels
from rustro_kernel.records.pick import said, stated
from rustro_kernel.records.report import RunFigures, run_figures
from rustro_kernel.records.story import closed, line
from rustro_kernel.records.words import count, gate_line, label, rs, table, value


def day_story(events: Sequence[Event]) -> Iterator[str]:
    """The whole day, line by line."""
    run = run_figures(events)
    yield _heading(run)
    if run.synthetic:
        yield f"not measured but synthetic: {', '.join(run.synthetic)}"
    yield verdict(events)
    yield from _directions(events)
    yield from _hours(events)
    for funnel in funnels(said(events, EntryEvaluated)):
        yield from _funnel(funnel)
    yield from _trades(events)


def _heading(run: RunFigures) -> str:
    name = f"{run.mode} {run.session_id}".strip()
    if run.date:
        return f"{run.date} {name}"
    return f"{name or 'the session'}: it did not come to the check of its trading day"


def verdict(events: Sequence[Event]) -> str:
    """The answer in one sentence."""
    trades = said(events, PositionClosed)
    if trades:
        return f"{count(len(trades), 'trade')}, net {rs(sum(t.net_paise for t in trades))} rupees."
    signals = said(events, SignalGenerated)
    if signals:
        refused = sorted({f for r in said(events, PreOrderValidationFailed) for f in r.failed})
        reason = f" (checks failed: {', '.join(refused)})" if refused else ""
        return f"{count(len(signals), 'signal')}, but no trade was completed{reason}."
    return f"No trade: {_no_signal(events)}."


def _no_signal(events: Sequence[Event]) -> str:
    quiet = said(events, NoTradeModeActivated)
    if quiet:
        return quiet[-1].reason
    minutes = said(events, EntryEvaluated)
    if not minutes:
        return _no_minute(events)
    rows = [row for funnel in funnels(minutes) for row in funnel.rows if "." not in row.gate]
    for special in [day for day in said(events, TradingDayChecked) if day.kind != "ordinary"]:
        if _always_no(rows, len(minutes), "time_window"):
            return f"{special.name or special.kind} lies outside the entry window"
    always = _always_no(rows, len(minutes))
    if always:
        return f"{', '.join(always)} said no in every one of {count(len(minutes), 'minute')}"
    hardest = max(rows, key=lambda row: row.stopped, default=None)
    if hardest is None or not hardest.stopped:
        return f"{count(len(minutes), 'minute')} evaluated and none asked for an entry"
    return f"{hardest.stopped} of {count(len(minutes), 'minute')} stopped at {hardest.gate}"


def _no_minute(events: Sequence[Event]) -> str:
    ends = said(events, ShutdownCompleted)
    if ends and not said(events, TradingDayChecked):
        return f"the session ended in its start-up: {ends[-1].reason}"
    return "no minute was evaluated for an entry"


def _always_no(rows: Sequence[FunnelRow], minutes: int, *gates: str) -> list[str]:
    """The gates, or those of the ones named, that no minute passed."""
    return [r.gate for r in rows if r.said_no == minutes and r.gate in (gates or (r.gate,))]


def _directions(events: Sequence[Event]) -> Iterator[str]:
    for event, d in stated(events, DailyDirectionDetermined):
        short = f" (only {d.bars} daily bars)" if d.warmup_short else ""
        yield f"{show_clock(event.ts)} {d.underlying}: direction {d.direction}{short}"
        yield f"  {gate_line(d.gates)}"


def _hours(events: Sequence[Event]) -> Iterator[str]:
    for event in events:
        match event.data:
            case HourlyAlignmentDetermined(underlying=name, aligned=aligned, gates=gates):
                verdict = "aligned" if aligned else "not aligned"
                yield f"{show_clock(event.ts)} {name}: {verdict}; {gate_line(gates)}"
            case TradingHalted(reason=reason, why=why, by=by, clears=clears):
                text = f"no entries: {reason} by {by}: {why}; until: {clears}"
                yield f"{show_clock(event.ts)} {text}"
            case KillSwitchActivated(actor=actor, reason=why):
                yield f"{show_clock(event.ts)} killed by {actor}" + (f": {why}" if why else "")
            case LimitedModeStarted(reason=why, until_ns=until_ns, max_positions=most):
                less = f"half size, {most} position, until {show_clock(until_ns)}"
                yield f"{show_clock(event.ts)} resumed ({why}): {less}"
            case LimitedModeEnded():
                yield f"{show_clock(event.ts)} full size again"
            case _:
                pass


def _funnel(funnel: Funnel) -> Iterator[str]:
    evaluated = count(funnel.evaluated, "minute")
    yield f"{funnel.underlying}: {evaluated} evaluated, {funnel.passed} passed all"
    head = ("gate", "reached", "stopped", "said no", "last value", "threshold")
    rows = [
        (
            label(r.gate),
            "" if "." in r.gate else str(r.reached),
            "" if "." in r.gate else str(r.stopped),
            str(r.said_no),
            value(r.last_value, r.gate),
            value(r.threshold, r.gate),
        )
        for r in funnel.rows
    ]
    yield from table([head, *rows])


def _trades(events: Sequence[Event]) -> Iterator[str]:
    for event in events:
        match event.data:
            case SignalGenerated():
                yield f"{show_clock(event.ts)} {line(event.data)}"
            case PositionClosed():
                yield f"{show_clock(event.ts)} trade {closed(event.data)}"
            case _:
                pass
