"""One side of a comparison: what a run folder or a backtest decided, and by which settings."""

import tomllib
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Protocol, TypeGuard

import msgspec

from rustro_kernel.config import DECIDES_NOTHING, Config
from rustro_kernel.domain.errors import BadData, BadUsage
from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.engine.events.startup import DataIdentified
from rustro_kernel.engine.turn import Event
from rustro_kernel.records import layout
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.pick import said
from rustro_kernel.research.evidence import EVIDENCE
from rustro_kernel.research.saved import BACKTEST, saved_events
from rustro_kernel.research.sweep.saved import SWEEP

CONFIG = "config.toml"
WHEN_AND_WHERE = frozenset({"mode", "sim.date"})
"""Settings too, but not of how it is decided: a backtest of a paper day has others."""
BY_SET = "compare two of its sets, each as a backtest (Sweeper.exact, or rk.backtest)"
Settings = dict[str, object]


class PlayedDay(Protocol):
    """A day of a backtest."""

    @property
    def events(self) -> Sequence[Event]:
        """What was stated, in order."""


class PlannedBacktest(Protocol):
    """What was asked for."""

    @property
    def cfg(self) -> Config:
        """Every setting."""


class Backtest(Protocol):
    """A finished backtest, as `rk.backtest` returns it."""

    @property
    def plan(self) -> PlannedBacktest:
        """What was asked for."""

    @property
    def days(self) -> Sequence[PlayedDay]:
        """What came of each day, oldest first."""


Source = str | Path | Backtest


class Side(msgspec.Struct, frozen=True):
    """What is compared. Settings by dotted key, without those that decide nothing."""

    name: str
    settings: Settings
    events: Sequence[Event]

    @property
    def data(self) -> str:
        """Where its prices come from."""
        told = said(self.events, DataIdentified)
        return told[0].data if told else ""

    @property
    def trades(self) -> list[PositionClosed]:
        """In order of closing."""
        return said(self.events, PositionClosed)


def side(source: Source, name: str = "") -> Side:
    """Read one.

    Args:
        source: The folder of a run or of a saved backtest, or the result of a backtest.
        name: What it is called; a folder's own name if not told.

    Raises:
        BadUsage: If it is neither.
        BadData: If the folder holds no run.
        DamagedRecord: If its records cannot be read.
    """
    if isinstance(source, str | Path):
        return _of_folder(Path(source), name)
    if not is_backtest(source):
        kind = type(source).__name__
        hint = f"; of a sweep, {BY_SET}" if kind in ("DataFrame", "WalkForward") else ""
        raise BadUsage(
            f"a run folder or the result of a backtest can be compared, not a {kind}{hint}"
        )
    events = list(chain.from_iterable(day.events for day in source.days))
    return Side(name or "backtest", settings_of(source.plan.cfg), events)


def is_backtest(source: object) -> TypeGuard[Backtest]:
    """Whether it is the result of a backtest."""
    return hasattr(source, "plan") and hasattr(source, "days")


def _of_folder(folder: Path, name: str) -> Side:
    if (folder / SWEEP).is_file():
        raise BadUsage(f"{folder} is a sweep of many sets: {BY_SET}")
    if (folder / EVIDENCE).is_file():
        raise BadUsage(f"{folder} is a walk-forward: compare its tests, walk.oos, or {BY_SET}")
    if not (folder / layout.EVENTS).is_file():
        raise BadData(str(folder), f"holds no run: there is no {layout.EVENTS}")
    path = folder / CONFIG
    tree = tomllib.loads(path.read_text()) if path.is_file() else {}
    is_saved = (folder / BACKTEST).is_file()
    events = saved_events(folder) if is_saved else list(read_events(folder))
    return Side(name or folder.name, _flat(tree), events)


def settings_of(config: Config) -> Settings:
    """What decides, by dotted key."""
    return _flat(config.model_dump(mode="json"))


def _flat(tree: Mapping[str, object]) -> Settings:
    """Only keys that have a value: a file cannot say that there is none."""
    found: Settings = {}
    for section, keys in tree.items():
        pairs = keys.items() if isinstance(keys, Mapping) else [("", keys)]
        for key, value in pairs:
            name = f"{section}.{key}".rstrip(".")
            if value is None or name in WHEN_AND_WHERE or _decides_nothing(section, key):
                continue
            found[name] = value
    return found


def _decides_nothing(section: str, key: str) -> bool:
    left_out = DECIDES_NOTHING.get(section, False)
    return key in left_out if isinstance(left_out, set) else left_out


def changed_settings(first: Side, second: Side) -> dict[str, tuple[object, object]]:
    """Keys whose values differ, with both; None where one side has none."""
    keys = sorted(first.settings.keys() | second.settings.keys())
    both = {key: (first.settings.get(key), second.settings.get(key)) for key in keys}
    return {key: pair for key, pair in both.items() if pair[0] != pair[1]}
