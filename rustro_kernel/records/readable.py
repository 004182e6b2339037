"""A run folder that can be read to its end, also of a session that never came to its own."""

import atexit
import shutil
from itertools import islice
from pathlib import Path
from tempfile import mkdtemp

from rustro_kernel.domain.errors import NothingRecorded
from rustro_kernel.records import layout
from rustro_kernel.records.finishing import completed
from rustro_kernel.records.ledger import ledger_lines
from rustro_kernel.records.lines import until_damage


def readable(folder: Path | None) -> Path:
    """The folder; of a run that was not finished, a copy of what is whole, made complete.

    The copy lasts as long as this process.

    Raises:
        NothingRecorded: If no session has begun.
    """
    if folder is None or not any(until_damage(ledger_lines(folder))):
        raise NothingRecorded
    if (folder / layout.MANIFEST).is_file():
        return folder
    place = mkdtemp(prefix="rustro-")
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return as_of(folder, Path(place))


def as_of(folder: Path, place: Path, events: int | None = None) -> Path:
    """Copy what a ledger held when it had so many events, and complete it; returns the copy.

    Ticks are left out: nothing that is drawn reads them.
    """
    layout.prepare(place)
    with (place / layout.EVENTS).open("wb") as file:
        for line in islice(until_damage(ledger_lines(folder)), events):
            file.write(line + b"\n")
    if (folder / layout.INPUTS).is_file():
        shutil.copyfile(folder / layout.INPUTS, place / layout.INPUTS)
    completed(place)
    return place
