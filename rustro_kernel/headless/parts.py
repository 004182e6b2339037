"""The starts of a session: each prints its part of the day into a notebook of its own."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from rustro_kernel.engine.events.system import SessionRestarted
from rustro_kernel.engine.turn import Event
from rustro_kernel.records.minutes import DayLines


@dataclass
class Part:
    """What the ledger gives of one start."""

    lines: list[str] = field(default_factory=list)
    events: int = 0
    """How many events the ledger held when it ended."""
    last_ns: int = 0
    is_last: bool = False
    has_ended: bool = False
    """Whether its engine has brought the day to its end."""
    ignored: tuple[str, ...] = ()
    """Settings that were others than the session's when it was started."""


def parts(events: Iterable[Event]) -> list[Part]:
    """The parts of a ledger, in order."""
    folded, found = DayLines(), [Part()]
    for event in events:
        said = folded.add(event)
        if isinstance(event.data, SessionRestarted):
            found.append(Part(ignored=event.data.ignored))
        part = found[-1]
        part.lines += [line for text in said for line in text.splitlines()]
        part.events, part.last_ns = event.seq, event.ts
        part.has_ended = event.type == "ShutdownCompleted"
    found[-1].is_last = True
    return found
