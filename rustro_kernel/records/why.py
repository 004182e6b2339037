"""Why there was or was not a trade: the day's story, or one minute of it."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rustro_kernel.domain.errors import BadData, BadUsage, DamagedRecord
from rustro_kernel.domain.market_time import clock_ns, show_clock
from rustro_kernel.engine.events.strategy import EntryEvaluated
from rustro_kernel.engine.events.system import ShutdownCompleted
from rustro_kernel.engine.turn import Event
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.manifest import read_manifest
from rustro_kernel.records.pick import said
from rustro_kernel.records.story import line
from rustro_kernel.records.why_day import day_story
from rustro_kernel.records.words import causes, gate_table, rs


def why(source: Path | Iterable[Event], at: str | None = None) -> str:
    """Explain a run folder or the events of a running session, as text.

    Args:
        source: The folder, or events in order.
        at: "HH:MM" for that minute's end; None for the whole day.

    Raises:
        BadData: If the folder's ledger holds no event that can be read.
        BadUsage: If `at` is no time of day.
    """
    events, more = _read(source) if isinstance(source, Path) else (list(source), [])
    told = day_story(events) if at is None else _minute(events, _parsed(at))
    return "\n".join([*told, *more])


def _read(folder: Path) -> tuple[list[Event], list[str]]:
    """The events before the first damage, and what else the folder says: the damage, or its end."""
    events: list[Event] = []
    damage = "it is missing or empty"
    try:
        events.extend(read_events(folder))
    except DamagedRecord as exc:
        damage = str(exc)
    else:
        if events:
            return events, _ended(folder, events)
    if not events:
        raise BadData(str(folder), f"the ledger holds no event that can be read: {damage}")
    return events, [f"the ledger cannot be read further: {damage}"]


def _ended(folder: Path, events: Sequence[Event]) -> list[str]:
    """How a run ended that not its engine has ended: the doctor, a failure."""
    if said(events, ShutdownCompleted):
        return []
    try:
        end = read_manifest(folder)
    except DamagedRecord:
        return []  # it goes on, or nobody ended it
    return [f"Ended: {end.reason} (exit code {end.exit_code})"]


def _parsed(at: str) -> str:
    try:
        clock_ns(at)
    except ValueError as exc:
        raise BadUsage(f"--at: {exc}") from exc
    return at[:5]


def _minute(events: Sequence[Event], at: str) -> Iterator[str]:
    minutes = said(events, EntryEvaluated)
    here = [m for m in minutes if show_clock(m.at_ns)[:5] == at]
    for minute in here:
        yield from _evaluated(minute, at)
    if not here:
        yield _silence(minutes, at)
    yield from _happened(events, at)


def _evaluated(minute: EntryEvaluated, at: str) -> Iterator[str]:
    stopped = f"no entry, stopped at {minute.first_no}" if minute.first_no else "an entry"
    yield f"{at} {minute.underlying} {rs(minute.close_paise)}, {minute.direction}: {stopped}"
    if minute.trigger:
        other = f", and {minute.secondary}" if minute.secondary else ""
        yield f"trigger {minute.trigger}{other}"
    yield from gate_table(minute.gates)
    if minute.synthetic:
        yield f"not measured but synthetic: {', '.join(minute.synthetic)}"


def _silence(minutes: Sequence[EntryEvaluated], at: str) -> str:
    if not minutes:
        return f"No minute of the day was evaluated for an entry, so none at {at} either."
    first, last = show_clock(minutes[0].at_ns), show_clock(minutes[-1].at_ns)
    return f"{at}: no minute ended then; minutes were evaluated from {first} to {last}."


def _happened(events: Sequence[Event], at: str) -> Iterator[str]:
    """Signals, orders and positions in the minute after the boundary, each with its causes."""
    by_seq = {e.seq: e for e in events}
    lines = [(e, text) for e in events if show_clock(e.ts)[:5] == at and (text := line(e.data))]
    if lines:
        yield f"In the minute from {at}:"
    told: set[int] = set()
    for event, text in lines:
        yield f"  {show_clock(event.ts)} {text}"
        yield f"    because {causes(event, by_seq, told)}"
        told.add(event.seq)
