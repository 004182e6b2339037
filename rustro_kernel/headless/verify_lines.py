"""Holding what a notebook printed against what its ledger gives."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

from rustro_kernel.domain.errors import DamagedRecord
from rustro_kernel.domain.market_time import SECOND, show_clock
from rustro_kernel.headless.executed import RECORDS, Cell, failure, said, tags
from rustro_kernel.headless.parts import Part
from rustro_kernel.records.manifest import read_manifest
from rustro_kernel.records.verify_ledger import Finding

LOST_NS = 65 * SECOND
"""What a process that was killed had said and not written yet, with the minute after it."""

Checked = tuple[Part | None, list[Finding]]


def check_lines(folder: Path, name: str, cells: list[Cell], told: list[Part]) -> Checked:
    """The part of the day a notebook shows, and every line that is not the ledger's."""
    first = next(i for i, cell in enumerate(cells) if RECORDS in tags(cell))
    day = cells[:first]
    printed = [line for cell in day for line in said(cell).splitlines()]
    part = next((part for part in told if _begins(part, printed)), None)
    if part is None:
        start = repr(printed[0]) if printed else "nothing"
        return None, [Finding(name, None, f"begins with {start}, as no start of this session did")]
    failures = [f"{cell['id']}: {failure(cell)}" for cell in day if failure(cell)]
    expected, is_cut = _expected(folder, part, is_cut=bool(failures))
    return part, list(_differences(name, printed, expected, part, is_cut=is_cut))


def _begins(part: Part, printed: Sequence[str]) -> bool:
    return bool(printed) and part.lines[:1] == list(printed[:1])


def _expected(folder: Path, part: Part, *, is_cut: bool) -> tuple[list[str], bool]:
    """The lines, and whether the notebook may end before them."""
    if part.has_ended and part.is_last:
        return part.lines, False
    try:
        end = read_manifest(folder) if part.is_last else None
    except DamagedRecord:
        end = None
    if end is None or is_cut or end.reason.startswith("the kernel died"):
        return part.lines, True
    return [*part.lines, f"Ended: {end.reason} (exit code {end.exit_code})"], False


def _differences(
    name: str, printed: list[str], expected: list[str], part: Part, *, is_cut: bool
) -> Iterator[Finding]:
    if by_clock(printed) == by_clock(expected):
        return
    last = show_clock(part.last_ns + LOST_NS)
    for number, (ours, theirs) in enumerate(zip_longest(printed, expected), 1):
        if ours == theirs:
            continue
        if ours is None and not is_cut:
            yield Finding(name, None, f"ends before {theirs!r}, which the ledger has")
        elif ours is not None and theirs is not None:
            yield Finding(name, None, f"line {number} is {ours!r}, the ledger gives {theirs!r}")
        elif ours is not None and not (is_cut and ours[:8] <= last):
            yield Finding(name, None, f"line {number} is {ours!r}, which the ledger does not give")
        return


def by_clock(lines: list[str]) -> list[str]:
    """In the order of their times: before the open a clock may speak before an event does."""
    clock, timed = "", []
    for line in lines:
        clock = line[:8] if line[2:3] == line[5:6] == ":" else clock
        timed.append((clock, line))
    return [line for _, line in sorted(timed, key=lambda pair: pair[0])]
