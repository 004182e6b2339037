"""Vendor text without a header: what its columns are, told from its first line."""

from collections.abc import Sequence

from rustro_kernel.bar_files.text_forms import CLOCK, DATES, EPOCH, NUMBER

FIGURES = ("open", "high", "low", "close", "volume", "oi")


def names_of(cells: Sequence[str]) -> list[str]:
    """The names of the columns of a first line that is a bar; nothing if it is a header.

    Known is: symbol, date and time or both in one, then open, high, low, close and, where they
    are, volume and open interest; further columns are left alone.
    """
    names: list[str] = []
    for cell in cells:
        names.append(_name(cell, names))
    return names if "close" in names else []


def _name(cell: str, before: Sequence[str]) -> str:
    has_date = "date" in before or "ts" in before
    if not has_date and any(pattern.fullmatch(cell) for pattern in DATES.values()):
        return "date"
    if not has_date and (EPOCH.fullmatch(cell) or any(p.match(cell) for p in DATES.values())):
        return "ts"
    if "date" in before and "time" not in before and "open" not in before and _is_clock(cell):
        return "time"
    left = [figure for figure in FIGURES if figure not in before]
    if has_date and left and NUMBER.fullmatch(cell):
        return left[0]
    return "symbol" if not before and not has_date else f"column {len(before) + 1}"


def _is_clock(cell: str) -> bool:
    return ":" in cell and CLOCK.fullmatch(cell) is not None
