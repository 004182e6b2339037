"""What a kill was and came to: a fold of the ledger, so that a replay makes it again.

An incident begins with the kill and ends when it is completed, taken back, or the ledger ends.
Money in paise, times in ns since the epoch, durations in ms after the kill.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from rustro_kernel.engine.events import GROUPS, kill as k
from rustro_kernel.engine.events.orders import OrderSubmissionRequired
from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.engine.events.risk import TradingResumed
from rustro_kernel.engine.events.startup import LogInitialized
from rustro_kernel.engine.events.system import Alerted
from rustro_kernel.engine.turn import Event
from rustro_kernel.records.order_rows import OrderRow, order_rows
from rustro_kernel.records.pick import said, stated

ALSO = ("LogInitialized", "PositionClosed", "TradingResumed", "Alerted")
WANTED = frozenset((*GROUPS["Orders"], *GROUPS["Kill"], *ALSO))
"""The events a report is made of."""


class Check(msgspec.Struct, frozen=True):
    """The broker's word on what is held; nothing held is flat."""

    after_ms: int
    attempt: int
    held: dict[str, int]


class Closed(msgspec.Struct, frozen=True):
    """A position that was closed after the kill."""

    after_ms: int
    position_id: str
    symbol: str
    units: int
    net_paise: int


class Incident(msgspec.Struct, frozen=True):
    """One kill. A time of null was not reached."""

    session_id: str
    killed_ns: int
    actor: str
    reason: str
    outcome: str  # of KillCompleted; UNFINISHED while there is none
    last_entry_ms: int | None  # when the last entry left after the kill; null: none did
    entries_ended_ms: int | None
    books_flat_ms: int | None
    completed_ms: int | None
    exposed: tuple[k.Exposed, ...]  # at the kill
    pending: tuple[k.Pending, ...]
    orders: tuple[OrderRow, ...]  # at work at the kill or sent since
    closed: tuple[Closed, ...]
    checks: tuple[Check, ...]
    still_open: tuple[k.Exposed, ...]  # at the deadline, unless it was completed since
    still_pending: tuple[k.Pending, ...]
    alerts: tuple[str, ...]


def incidents(events: Iterable[Event]) -> tuple[Incident, ...]:
    """Every kill of a ledger, or of those of its events that are `WANTED`."""
    wanted = [event for event in events if event.type in WANTED]
    return tuple(_incident(wanted[:end], begin) for begin, end in _spans(wanted))


def _spans(events: Sequence[Event]) -> Iterator[tuple[int, int]]:
    """Where each incident begins and what it ends before."""
    begin: int | None = None
    for index, event in enumerate(events):
        if isinstance(event.data, k.KillSwitchActivated) and begin is None:
            begin = index
        elif begin is not None and _is_end(event):
            yield begin, _with_its_alerts(events, index)
            begin = None
    if begin is not None:
        yield begin, len(events)


def _is_end(event: Event) -> bool:
    resumed = isinstance(event.data, TradingResumed) and event.data.reason == "KILLED"
    return resumed or isinstance(event.data, k.KillCompleted)


def _with_its_alerts(events: Sequence[Event], index: int) -> int:
    """What the same input says afterwards belongs to it."""
    end = index + 1
    while end < len(events) and events[end].input == events[index].input:
        end += 1
    return end


def _incident(events: Sequence[Event], begin: int) -> Incident:
    """Of the events up to its end; those before it tell which orders there were."""
    killed, since = events[begin], events[begin:]
    first = killed.data
    assert isinstance(first, k.KillSwitchActivated)

    def after_ms(event: Event) -> int:
        return (event.ts - killed.ts) // 1_000_000

    stages = {stage.stage: stage.after_ms for stage in said(since, k.KillStageReached)}
    done = next(iter(said(since, k.KillCompleted)), None)
    late = next(iter(said(since, k.KillOverdue) if done is None else ()), None)
    return Incident(
        session_id=next((begun.session_id for begun in said(events, LogInitialized)), ""),
        killed_ns=killed.ts,
        actor=first.actor,
        reason=first.reason,
        outcome=done.outcome if done else "UNFINISHED",
        last_entry_ms=max((after_ms(e) for e in since if _is_entry(e)), default=None),
        entries_ended_ms=stages.get("ENTRIES_ENDED"),
        books_flat_ms=stages.get("BOOKS_FLAT"),
        completed_ms=done.after_ms if done else None,
        exposed=first.exposed,
        pending=first.pending,
        orders=_orders(events, killed, first),
        closed=tuple(
            Closed(after_ms(event), d.position_id, d.symbol, d.units, d.net_paise)
            for event, d in stated(since, PositionClosed)
        ),
        checks=tuple(
            Check(after_ms(event), d.attempt, d.held) for event, d in stated(since, k.KillChecked)
        ),
        still_open=late.exposed if late else (),
        still_pending=late.pending if late else (),
        alerts=tuple(alert.text for alert in said(since, Alerted)),
    )


def _is_entry(event: Event) -> bool:
    return isinstance(event.data, OrderSubmissionRequired) and event.data.side == "BUY"


def _orders(
    events: Sequence[Event], killed: Event, first: k.KillSwitchActivated
) -> tuple[OrderRow, ...]:
    """Orders that were at work at the kill, and those sent since."""
    at_work = {order.tag for order in first.pending}
    rows = order_rows(events)
    return tuple(row for row in rows if row.sent_ns >= killed.ts or row.tag in at_work)
