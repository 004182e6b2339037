"""`rustro doctor`: the checks before the open, as a table, as lines, or as JSON."""

import asyncio
from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from rustro_kernel.config import Config
from rustro_kernel.domain.errors import Refused

if TYPE_CHECKING:  # imports the network
    from rustro_kernel.session.live.checks import Check

COLOURS = {"ok": "green", "warn": "yellow", "fail": "bold red", "skip": "dim"}


def doctor(path: Path | None, overrides: dict[str, str]) -> tuple["Check", ...]:
    """Look at everything a paper or live session needs; no order is placed.

    Raises:
        BadConfig: If the configuration does not validate.
    """
    config = Config.load(path, **overrides)
    from rustro_kernel.session.live.doctor import doctor as examine

    return asyncio.run(examine(config))


def exit_code(checks: Iterable["Check"]) -> int:
    """0 where nothing failed; warnings are allowed."""
    return Refused.exit_code if any(check.verdict.value == "fail" for check in checks) else 0


def as_json(checks: Iterable["Check"]) -> str:
    """A list of {name, verdict, text}."""
    return msgspec.json.format(msgspec.json.encode(list(checks)), indent=2).decode()


def as_lines(checks: Iterable["Check"]) -> str:
    """One line a check, for a log."""
    return "\n".join(f"{c.verdict.value:<5}{c.name:<13} {c.text}" for c in checks)


def as_table(checks: Iterable["Check"]) -> str:
    """For a terminal; its width and colours are rich's to find out."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("", "check", "what was found", box=None, pad_edge=False)
    for check in checks:
        word = check.verdict.value
        table.add_row(Text(word, COLOURS[word]), check.name, Text(check.text))
    console = Console(file=StringIO(), force_terminal=True)
    console.print(table)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue().rstrip("\n")
