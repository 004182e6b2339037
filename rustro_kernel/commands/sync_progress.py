"""What is shown while history is read: a bar on a terminal, one line a piece elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

from rustro_kernel.data.sync.work import Step

Tell = Callable[[Step], None]


@contextmanager
def progress(pieces: int) -> Iterator[Tell]:
    """Shows each piece, on the error stream: the report alone is the output."""
    if not sys.stderr.isatty():
        yield lambda step: typer.echo(line(step), err=True)
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as shown:
        task = shown.add_task("1m bars", total=pieces)
        yield lambda step: shown.update(task, completed=step.number, description=_days(step))


def line(step: Step) -> str:
    """One piece in words."""
    new, changed = step.written.added, step.written.changed
    return f"{step.number}/{step.of} {_days(step)}: {new} bars new, {changed} corrected"


def _days(step: Step) -> str:
    dates = step.chunk.dates
    return f"{step.chunk.subject.name} {dates[0]}..{dates[-1]}"
