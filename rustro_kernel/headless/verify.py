"""Checking a run folder with its executed notebooks: all they show comes from the records."""

from collections.abc import Iterator
from pathlib import Path

from rustro_kernel.domain.errors import DamagedRecord
from rustro_kernel.headless.executed import code_cells, notebooks, read_cells
from rustro_kernel.headless.parts import Part, parts
from rustro_kernel.headless.verify_cells import check_code_cells
from rustro_kernel.headless.verify_config import check_config, check_parameters
from rustro_kernel.headless.verify_drawn import check_drawn
from rustro_kernel.headless.verify_lines import check_lines
from rustro_kernel.records import layout
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.report import run_figures
from rustro_kernel.records.verify import verify as verify_records
from rustro_kernel.records.verify_ledger import Finding


def verify(folder: Path | str) -> list[Finding]:
    """Everything wrong with a run and its notebooks; a run without a notebook is one, too.

    Tables and pictures are drawn again, in a process of their own: some seconds.

    Args:
        folder: A run folder.
    """
    folder = Path(folder)
    found = verify_records(folder)
    if any(each.file == layout.EVENTS for each in found):
        return found  # nothing can be held against a ledger that is not good
    events = list(read_events(folder))
    told = parts(events)
    found += check_config(folder, run_figures(events).config_hash)
    for name in notebooks(folder):
        try:
            found += check_notebook(folder, name, told)
        except DamagedRecord as exc:
            found.append(Finding(name, None, exc.problem))
    return found


def check_notebook(folder: Path, name: str, told: list[Part]) -> Iterator[Finding]:
    """Its code, its parameters, what the day printed, what was drawn.

    Raises:
        DamagedRecord: If it cannot be read.
    """
    cells = read_cells(folder / name)
    wrong = list(check_code_cells(name, cells))
    yield from wrong
    yield from check_parameters(folder, name, cells, told)
    if wrong:
        return  # what other code shows says nothing
    part, findings = check_lines(folder, name, code_cells(cells), told)
    yield from findings
    if part is not None:
        yield from check_drawn(folder, name, cells, part)
