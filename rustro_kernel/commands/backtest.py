"""`rustro backtest`: years of stored minutes through the engine, and what came of it."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from rustro_kernel.commands.records import Answer


class Wanted(NamedTuple):
    """What the options say."""

    data: Path
    first: str | None
    last: str | None
    profile: str | None
    config: Path | None
    out: Path | None
    goes_on: bool


def backtest(wanted: Wanted, params: Mapping[str, str]) -> Answer:
    """Play it; exit code 1 if the strategy raised on some day."""
    from rustro_kernel.research.backtest import backtest as played

    result = played(
        wanted.data,
        params=params,
        start=wanted.first,
        end=wanted.last,
        profile=wanted.profile,
        config=wanted.config,
        on_error="continue" if wanted.goes_on else "raise",
        progress=_bar if sys.stderr.isatty() else None,
    )
    text = result.summary()
    if wanted.out is not None:
        text += f"\n  {'written':<14}{result.save(wanted.out)}"
    return (1 if result.failed else 0), text


def _bar(done: int, count: int) -> None:
    end = "\r\033[K" if done == count else ""
    sys.stderr.write(f"\r{done} of {count} days{end}")
    sys.stderr.flush()
