"""Incident reports in the run folder: incident-HHMMSS.json, and the same as a page, .md.

Written by the thread that owns the records, as soon as a kill is completed or overdue, however
long the notebook's loop is blocked; and once more from the whole ledger when the run ends.
"""

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from rustro_kernel.domain.market_time import show_clock
from rustro_kernel.engine.turn import Event
from rustro_kernel.records.files import write_whole
from rustro_kernel.records.incident import WANTED, Incident, incidents
from rustro_kernel.records.incident_text import page
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.lines import until_damage

log = logging.getLogger(__name__)
TELLING = frozenset({"KillOverdue", "KillCompleted"})


class IncidentFiles:
    """Keeps the reports of a run up to date.

    Args:
        folder: The run folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: list[Event] = []

    def catch_up(self) -> None:
        """Take in what the ledger held before."""
        self._keep(until_damage(read_events(self._folder)))

    def see(self, events: Sequence[Event]) -> None:
        """Events that were written; what goes wrong is logged, the end of the run tries again."""
        self._keep(events)
        if any(event.type in TELLING for event in events):
            try:
                write(self._folder, incidents(self._kept))
            except OSError:
                log.exception("an incident report could not be written")

    def _keep(self, events: Iterable[Event]) -> None:
        self._kept += [event for event in events if event.type in WANTED]


def rebuild_incidents(folder: Path) -> None:
    """Write every report anew from the ledger.

    Raises:
        DamagedRecord: If the ledger cannot be read.
    """
    write(folder, incidents(read_events(folder)))


def write(folder: Path, made: Iterable[Incident]) -> None:
    """Write reports; one that is there is replaced."""
    for name, content in as_files(made).items():
        write_whole(folder / name, content)


def as_files(made: Iterable[Incident]) -> dict[str, bytes]:
    """The content of each file by its name."""
    files: dict[str, bytes] = {}
    for incident in made:
        name = f"incident-{show_clock(incident.killed_ns).replace(':', '')}"
        content = msgspec.json.format(msgspec.json.encode(incident), indent=2) + b"\n"
        files[f"{name}.json"] = content
        files[f"{name}.md"] = page(incident).encode()
    return files
