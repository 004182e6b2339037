"""A session of today that a crash or a failure has left unfinished, and what it holds.

It goes on under its own name in its own folder. One that was never ready for orders has nothing
at the broker: it is left alone, and the next one takes a new number.
"""

from collections.abc import Sequence
from pathlib import Path

from rustro_kernel.records.exposure import Exposure, exposure
from rustro_kernel.records.ledger import read_events, read_slim
from rustro_kernel.records.lines import until_damage
from rustro_kernel.session.sessions_book import Entry, last

NOTHING = Exposure((), {})
READY, OVER = "BrokerClientReady", "ShutdownCompleted"


def unfinished(sessions: Sequence[Entry], mode: str, date: str) -> Entry | None:
    """The last session of that mode and day, if it could send orders and did not shut down."""
    found, names = _last(sessions, mode, date)
    return found if READY in names and names[-1] != OVER else None


def was_ended(sessions: Sequence[Entry], mode: str, date: str) -> bool:
    """Whether the last session of that mode and day could send orders and did shut down."""
    _, names = _last(sessions, mode, date)
    return READY in names and names[-1] == OVER


def _last(sessions: Sequence[Entry], mode: str, date: str) -> tuple[Entry | None, list[str]]:
    """The last session of that mode and day with the names of its events."""
    found = last(sessions, mode, date)
    if found is None or not found.folder:
        return None, []
    return found, [e.type for e in until_damage(read_slim(Path(found.folder)))]


def left_by(entry: Entry | None) -> Exposure:
    """What the ledger of a session says it sent and holds, as far as it can be read."""
    if entry is None:
        return NOTHING
    return exposure(until_damage(read_events(Path(entry.folder))))
