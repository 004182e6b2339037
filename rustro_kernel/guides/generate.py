"""Writes the reference pages: keys, events, errors, commands, licences, as the code has them."""

from collections.abc import Callable, Iterable
from itertools import groupby
from pathlib import Path

import typer.cli

from rustro_kernel.cli import app
from rustro_kernel.config import Config
from rustro_kernel.configuration.fields import Row
from rustro_kernel.domain import error_page
from rustro_kernel.engine.events import page as event_page
from rustro_kernel.guides import licences

MADE = "<!-- Written by python -m rustro_kernel.guides.generate; change the code instead. -->\n\n"
ORDER = (
    "# Configuration\n\n"
    "Defaults, then `--profile`, then `--config`, then the environment (`RUSTRO_SIM__SPEED=60`), "
    "then flags and `-p KEY=VALUE`; later ones win. `rustro config init` writes a file with all of "
    "these to start from, and `rustro config check` names each fault of yours with its line.\n"
)


def configuration() -> str:
    """Every key with its default, range and meaning, a table a section."""
    sections = groupby(Config.describe(), key=lambda row: row.key.rpartition(".")[0])
    return ORDER + "".join(_section(name, rows) for name, rows in sections)


def commands() -> str:
    """Every command of `rustro` with its arguments and options."""
    click = typer.main.get_command(app)
    text = typer.cli.get_docs_for_click(obj=click, ctx=typer.Context(click), name="rustro")
    return text.replace("&#x27;", "'")


PAGES: dict[str, Callable[[], str]] = {
    "configuration.md": configuration,
    "events.md": event_page.page,
    "errors.md": error_page.page,
    "commands.md": commands,
    "licences.md": licences.page,
}


def made(name: str) -> str:
    """A page as it is stored."""
    return MADE + PAGES[name]().rstrip() + "\n"


def main() -> None:
    """Write them beside this file."""
    for name in PAGES:
        Path(__file__).with_name(name).write_text(made(name), encoding="utf-8")


def _section(name: str, rows: Iterable[Row]) -> str:
    title = f"`[{name}]`" if name else "At the top"
    lines = (_row(f"`{r.key}`", _value(r.default), r.allowed, r.description) for r in rows)
    head = _row("key", "default", "allowed", "what it is") + _row(*["---"] * 4)
    return f"\n## {title}\n\n{head}{''.join(lines)}"


def _value(default: object) -> str:
    """A default as it is written, in TOML where it can be."""
    if default in (None, ""):
        return "none" if default is None else "empty"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _row(*cells: str) -> str:
    escaped = (cell.replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(escaped)} |\n"


if __name__ == "__main__":
    main()
