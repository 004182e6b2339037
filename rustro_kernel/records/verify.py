"""Checking a run folder: chain, files, figures. Reads everything and changes nothing."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from rustro_kernel.engine.turn import Event
from rustro_kernel.records import incident_files, layout
from rustro_kernel.records.difference import first_difference
from rustro_kernel.records.incident import incidents
from rustro_kernel.records.input_log import whole_inputs
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.lines import last_of
from rustro_kernel.records.projections import as_files, project
from rustro_kernel.records.report import as_json, report, run_figures
from rustro_kernel.records.verify_files import (
    check_claims,
    check_code,
    check_inputs,
    check_manifest,
)
from rustro_kernel.records.verify_ledger import Finding, check_ledger


def verify(folder: Path) -> list[Finding]:
    """Everything wrong with a run; empty if it is whole, unchanged and consistent.

    What can only be compared with a good ledger is left out while the ledger is not good.
    """
    ledger = list(check_ledger(folder, _last_input(folder)))
    found = [*ledger, *check_inputs(folder), *check_manifest(folder)]
    if ledger:
        return found
    events = list(read_events(folder))
    found += check_claims(folder, run_figures(events))
    found += check_code(folder, events)
    found += check_projections(folder, events)
    found += check_report(folder, events)
    return found


def check_projections(folder: Path, events: Sequence[Event]) -> Iterator[Finding]:
    """orders, trades, positions and incident reports are what the ledger gives."""
    made = as_files(project(events)) | incident_files.as_files(incidents(events))
    for name, content in made.items():
        path = folder / name
        stored = path.read_bytes() if path.is_file() else None
        if stored is None:
            yield Finding(name, None, "missing")
        elif stored != content:
            yield Finding(name, _record(stored, content), "is not what the ledger gives")


def check_report(folder: Path, events: Sequence[Event]) -> Iterator[Finding]:
    """Every figure of report.json but those of `health` is what the ledger gives."""
    path = folder / layout.REPORT
    if not path.is_file():
        yield Finding(layout.REPORT, None, "missing")
        return
    try:
        stored = _figures(path.read_bytes())
    except ValueError as exc:
        yield Finding(layout.REPORT, None, str(exc))
        return
    found = first_difference(stored, _figures(as_json(report(events))))
    if found:
        field, was, should = found
        yield Finding(layout.REPORT, None, f"{field} is {was}, the ledger gives {should}")


def _figures(text: bytes) -> dict[str, object]:
    figures = msgspec.json.decode(text, type=dict[str, object])
    figures.pop("health", None)
    return figures


def _record(stored: bytes, content: bytes) -> int:
    """Number of the first line that differs."""
    ours, theirs = stored.splitlines(), content.splitlines()
    same = (n for n, pair in enumerate(zip(ours, theirs, strict=False), 1) if pair[0] != pair[1])
    return next(same, min(len(ours), len(theirs)) + 1)


def _last_input(folder: Path) -> int:
    last = last_of(whole_inputs(folder))
    return last.n if last else 0
