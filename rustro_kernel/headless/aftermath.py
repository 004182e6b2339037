"""A day that did not come to its own end: its records are sealed and drawn by whoever started it.

A supervisor starts the session again at once: then nothing is done that would keep it waiting, and
the next start draws the whole day.
"""

import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat

from rustro_kernel.configuration.layers import SUPERVISED
from rustro_kernel.domain.errors import DamagedRecord, RustroError, SessionFailed
from rustro_kernel.headless.executed import NOTE, tags
from rustro_kernel.headless.saving import write_notebook
from rustro_kernel.headless.summary import drawn
from rustro_kernel.records import manifest
from rustro_kernel.records.finishing import finished
from rustro_kernel.records.health import read_health
from rustro_kernel.records.ledger import ledger_lines
from rustro_kernel.records.lines import until_damage
from rustro_kernel.records.readable import as_of

PINNED = "rustro"
"""Key of a note's metadata: how many events the drawn cells below it rest on."""


def sealed_as_it_is(folder: Path, failure: RustroError, *, is_dead: bool) -> None:
    """Complete the records and seal them with the exit code of the failure, where that can be.

    A ledger that was torn stays as it is: the next start repairs it, and says so.
    """
    if is_dead and os.environ.get(SUPERVISED):
        return
    began = next((note.ts_ns for note in read_health(folder)), time.time_ns())
    try:
        finished(
            folder,
            exit_code=failure.exit_code,
            reason=failure.reason if isinstance(failure, SessionFailed) else str(failure),
            started_ns=began,
            ended_ns=time.time_ns(),
        )
    except (DamagedRecord, OSError):
        return


def drawn_later(folder: Path, notebook: str) -> None:
    """Fill in the cells that the dead kernel did not come to."""
    if os.environ.get(SUPERVISED):
        return
    events = sum(1 for _ in until_damage(ledger_lines(folder)))
    with TemporaryDirectory(prefix="rustro-") as place:
        made = drawn(as_of(folder, Path(place), events))
    book = nbformat.read(folder / notebook, as_version=4)
    for cell in book.cells:
        if cell.cell_type == "code" and cell.id in made:
            cell.outputs = [nbformat.from_dict(output) for output in made[cell.id]]
        elif NOTE in tags(cell):
            cell.metadata[PINNED] = {"events": events, "hash": manifest.last_hash(folder)}
            cell.source += f" The cells below were drawn afterwards, from its {events} events."
    write_notebook(book, folder / notebook)
