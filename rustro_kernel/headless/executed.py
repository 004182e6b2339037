"""An executed notebook, as plain JSON: its cells, what they said, and what they are for."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rustro_kernel.domain.errors import DamagedRecord

RECORDS = "records"
"""Tag of the first cell that draws the records; those before it are the day."""
NOTE = "rustro-note"
"""Tag of a cell that says what happened to the notebook."""
INJECTED, PARAMETERS = "injected-parameters", "parameters"
NOTEBOOK = "session.ipynb"

Cell = Mapping[str, Any]


def read_cells(path: Path) -> list[Cell]:
    """The cells of a notebook.

    Raises:
        DamagedRecord: If it is none.
    """
    try:
        cells: list[Cell] = json.loads(path.read_bytes())["cells"]
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise DamagedRecord(path.name, 1, f"no notebook: {exc}") from exc
    return cells


def notebooks(folder: Path) -> list[str]:
    """The names of a run's executed notebooks, in the order in which they were begun."""
    return list(_names(folder))


def free_name(folder: Path) -> str:
    """session.ipynb; of a session that goes on session-2.ipynb, session-3.ipynb, ..."""
    return _name(len(notebooks(folder)) + 1)


def _names(folder: Path) -> Iterator[str]:
    number = 1
    while (folder / _name(number)).exists():
        yield _name(number)
        number += 1


def _name(number: int) -> str:
    return NOTEBOOK if number == 1 else f"session-{number}.ipynb"


def tags(cell: Cell) -> list[str]:
    """What a cell is for."""
    found: list[str] = cell.get("metadata", {}).get("tags", [])
    return found


def source(cell: Cell) -> str:
    """Its text."""
    return "".join(cell["source"])


def code_cells(cells: list[Cell]) -> list[Cell]:
    """Those that run, without what papermill put in."""
    return [c for c in cells if c["cell_type"] == "code" and INJECTED not in tags(c)]


def said(cell: Cell) -> str:
    """Everything a cell printed."""
    streams = [o for o in cell.get("outputs", []) if o["output_type"] == "stream"]
    return "".join("".join(o["text"]) for o in streams if o["name"] == "stdout")


def failure(cell: Cell) -> str:
    """Name and sentence of the error a cell ended with; empty if it did not."""
    errors = [o for o in cell.get("outputs", []) if o["output_type"] == "error"]
    return f"{errors[0]['ename']}: {errors[0]['evalue']}" if errors else ""
