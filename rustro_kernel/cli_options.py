"""The options that several commands of `rustro` share, and how a command answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer

File = Annotated[Path | None, typer.Option("--config", metavar="F", help="A TOML file.")]
Profile = Annotated[str | None, typer.Option(help="A packaged profile, such as demo.")]
Pairs = Annotated[
    list[str] | None, typer.Option("-p", metavar="KEY=VALUE", help="Set one key; repeatable.")
]
AsJson = Annotated[bool, typer.Option("--json", help="For a program to read.")]


def answer(code: int, text: str) -> NoReturn:
    """Print the answer of a command and end it with its exit code."""
    typer.echo(text)
    raise typer.Exit(code)


@contextmanager
def interruptible(words: str) -> Iterator[None]:
    """Ctrl-C ends the work with a sentence, and with the exit code shells give it."""
    try:
        yield
    except KeyboardInterrupt:
        typer.echo(f"interrupted: {words}", err=True)
        raise typer.Exit(130) from None
