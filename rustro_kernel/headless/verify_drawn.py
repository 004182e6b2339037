"""Holding tables and pictures of a notebook against those its records give when drawn again."""

from collections.abc import Iterator
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rustro_kernel.domain.errors import DamagedRecord, SessionFailed
from rustro_kernel.headless.aftermath import PINNED
from rustro_kernel.headless.executed import NOTE, RECORDS, Cell, code_cells, failure, tags
from rustro_kernel.headless.parts import Part
from rustro_kernel.headless.summary import Outputs, drawn
from rustro_kernel.records.chain import split
from rustro_kernel.records.ledger import ledger_lines
from rustro_kernel.records.manifest import read_manifest
from rustro_kernel.records.readable import as_of
from rustro_kernel.records.verify_ledger import Finding

PICTURE = "image/png"
WORDS = {PICTURE: "picture", "text/html": "table", "text/plain": "text", "stdout": "text"}


def check_drawn(folder: Path, name: str, cells: list[Cell], part: Part) -> Iterator[Finding]:
    """Every cell that draws shows what the records give.

    Those of a start that died were drawn from as many events as its note says; if nobody came to
    draw them, they are empty.
    """
    code = code_cells(cells)
    first = next(i for i, cell in enumerate(code) if RECORDS in tags(cell))
    drawing = code[first:]
    pin = next((cell["metadata"].get(PINNED) for cell in cells if NOTE in tags(cell)), None)
    if pin is not None and _hash_at(folder, pin["events"]) != pin["hash"]:
        yield Finding(
            name, None, f"was drawn from {pin['events']} events that are not the ledger's"
        )
        return
    is_whole = part.is_last and pin is None and not any(failure(cell) for cell in code[:first])
    if not is_whole and not any(cell.get("outputs") for cell in drawing):
        return
    try:
        made = _made(folder, None if is_whole else (pin or {"events": part.events})["events"])
    except (SessionFailed, DamagedRecord) as exc:
        yield Finding(name, None, str(exc))
        return
    for cell in drawing:
        yield from _compared(folder, name, cell, made.get(cell["id"], []))


def _made(folder: Path, events: int | None) -> dict[str, Outputs]:
    if events is None:
        return drawn(folder)
    with TemporaryDirectory(prefix="rustro-") as place:
        return drawn(as_of(folder, Path(place), events))


def _hash_at(folder: Path, events: int) -> str:
    line = next(islice(ledger_lines(folder), max(events - 1, 0), None), b"")
    parts = split(line)
    return parts[1] if parts else ""


def _compared(folder: Path, name: str, cell: Cell, made: Outputs) -> Iterator[Finding]:
    shown, given = dict(_texts(cell.get("outputs", []))), dict(_texts(made))
    if not shown and given:
        yield Finding(name, None, f"cell {cell['id']!r} is empty, the records give something")
        return
    same = _same_versions(folder)
    for kind in sorted({*shown, *given}, key=lambda kind: kind[::-1]):
        ours, theirs = shown.get(kind, ""), given.get(kind, "")
        what = kind.partition(" ")[2]
        if what == PICTURE and not same["matplotlib"]:
            continue
        if not same["pandas"]:
            ours, theirs = " ".join(ours.split()), " ".join(theirs.split())
        if ours != theirs:
            word = WORDS.get(what, what)
            yield Finding(
                name, None, f"cell {cell['id']!r}: its {word} is not what the records give"
            )
            return


def _texts(outputs: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Every text and picture by its place and kind; warnings are nobody's figures."""
    for number, output in enumerate(o for o in outputs if o.get("name") != "stderr"):
        if output["output_type"] == "stream":
            yield f"{number} stdout", "".join(output["text"]).strip()
        elif output["output_type"] == "error":
            yield f"{number} error", f"{output['ename']}: {output['evalue']}"
        else:
            for kind, data in output["data"].items():
                yield f"{number} {kind}", "".join(data).strip()


def _same_versions(folder: Path) -> dict[str, bool]:
    """Whether those that draw are the ones that drew."""
    try:
        then = read_manifest(folder).versions
    except DamagedRecord:
        then = {}
    return {
        name: then.get(name, version(name)) == version(name) for name in ("matplotlib", "pandas")
    }
