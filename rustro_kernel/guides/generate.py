"""Writes the reference pages: every key, every event, every command, as the code has them."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from pathlib import Path
from types import UnionType
from typing import Union, get_args, get_origin

import typer.cli
from msgspec.structs import fields

from rustro_kernel.cli import app
from rustro_kernel.config import Config
from rustro_kernel.configuration.fields import Row
from rustro_kernel.engine.events import GROUPS
from rustro_kernel.engine.events.payload import Payload

MADE = "<!-- Written by python -m rustro_kernel.guides.generate; change the code instead. -->\n\n"


def configuration() -> str:
    """Every key with its default, range and meaning, a table a section."""
    head = (
        "# Configuration\n\n"
        "Defaults, then `--profile`, then `--config`, then the environment "
        "(`RUSTRO_SIM__SPEED=60`), then flags and `-p KEY=VALUE`; later ones win. "
        "`rustro config init` writes a file with all of these to start from, and `rustro config "
        "check` names each fault of yours with its line.\n"
    )
    sections = groupby(Config.describe(), key=lambda row: row.key.rpartition(".")[0])
    return MADE + head + "".join(_section(name, rows) for name, rows in sections)


def events() -> str:
    """Every event with what it says, a table a group."""
    head = (
        "# Events\n\n"
        "What the engine states, one line of `events.jsonl` each. Fields in `_paise` are money, in "
        "`_ns` times since 1970, in `_bps` hundredths of a percent. Around them each line has "
        "`seq`, `input` (the input that was applied), `ts`, `type`, `cause` (an earlier `seq`, or "
        "null: the input itself), `key` and `hash`.\n"
    )
    return MADE + head + "".join(_group(name, group) for name, group in GROUPS.items())


def commands() -> str:
    """Every command of `rustro` with its arguments and options."""
    click = typer.main.get_command(app)
    text = typer.cli.get_docs_for_click(obj=click, ctx=typer.Context(click), name="rustro")
    return MADE + text.replace("&#x27;", "'").rstrip() + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "configuration.md": configuration,
    "events.md": events,
    "commands.md": commands,
}


def main() -> None:
    """Write them beside this file."""
    for name, page in PAGES.items():
        Path(__file__).with_name(name).write_text(page(), encoding="utf-8")


def _section(name: str, rows: Iterable[Row]) -> str:
    title = f"`[{name}]`" if name else "At the top"
    lines = (_row(f"`{r.key}`", _value(r.default), r.allowed, r.description) for r in rows)
    return f"\n## {title}\n\n{_head('key', 'default', 'allowed', 'what it is')}{''.join(lines)}"


def _group(name: str, events: Mapping[str, type[Payload]]) -> str:
    lines = (
        _row(f"`{event}`", _meaning(payload), _fields(payload)) for event, payload in events.items()
    )
    return f"\n## {name}\n\n{_head('event', 'what it states', 'fields')}{''.join(lines)}"


def _meaning(payload: type[Payload]) -> str:
    return (inspect.getdoc(payload) or "").replace("\n", " ")


def _fields(payload: type[Payload]) -> str:
    return ", ".join(f"`{field.name}` {_kind(field.type)}" for field in fields(payload))


def _kind(kind: object) -> str:
    """A type as a reader of JSON knows it."""
    if get_origin(kind) in (Union, UnionType):
        return " or ".join(_kind(one) for one in get_args(kind))
    if get_origin(kind) is tuple:
        return f"list of {_kind(get_args(kind)[0])}"
    words = {str: "text", int: "whole", float: "number", bool: "yes/no", type(None): "null"}
    named = getattr(kind, "__name__", str(kind))
    return words.get(kind, named) if isinstance(kind, type) else named


def _value(default: object) -> str:
    return "none" if default is None else f"`{default}`" if default != "" else "empty"


def _head(*names: str) -> str:
    return _row(*names) + _row(*("---" for _ in names))


def _row(*cells: str) -> str:
    escaped = (cell.replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(escaped)} |\n"


if __name__ == "__main__":
    main()
