"""Which strategy decides: by name, by file, or as a class."""

import hashlib
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from rustro_kernel.domain.errors import BadConfig, BadUsage
from rustro_kernel.domain.settings import Strategy as StrategySettings
from rustro_kernel.own_strategies.file import load, loaded, text_to_save
from rustro_kernel.own_strategies.source import text_of
from rustro_kernel.strategies import STRATEGIES, Strategy

STORED = "strategy.py"
"""In a run folder: the text of a strategy that is none of the built-in ones."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A strategy with the hash of its source; `all` is what a session can name."""

    kind: type[Strategy]
    source: str
    all: Mapping[str, type[Strategy]]

    @property
    def name(self) -> str:
        """What a session calls it."""
        return self.kind.name

    @property
    def source_hash(self) -> str:
        """SHA-256 of the source."""
        return hashlib.sha256(self.source.encode()).hexdigest()

    @property
    def is_own(self) -> bool:
        """Whether it is none of the built-in ones."""
        return self.name not in STRATEGIES


def chosen(strategy: object, configured: str, file: Path | None = None) -> Chosen:
    """The strategy that was asked for; None: the one the configuration names.

    Raises:
        BadConfig: If there is no such strategy, or it is no subclass of Strategy.
    """
    if isinstance(strategy, Chosen):
        return strategy
    if strategy is None and file is not None:
        return of(load(file, configured))
    wanted = configured if strategy is None else strategy
    if isinstance(wanted, str):
        if wanted not in STRATEGIES:
            known = ", ".join(sorted(STRATEGIES))
            raise BadConfig("strategy.name", f"{wanted!r} is not one of {known}")
        return of(STRATEGIES[wanted])
    if isinstance(wanted, type) and issubclass(wanted, Strategy):
        return of(wanted)
    got = getattr(wanted, "__name__", type(wanted).__name__)
    raise BadConfig("strategy", f"is a name or a subclass of rk.Strategy, got {got}")


def of(kind: type[Strategy]) -> Chosen:
    """A class with its source."""
    return Chosen(kind, source_of(kind), {**STRATEGIES, kind.name: kind})


def from_source(kind: type[Strategy]) -> Chosen:
    """The class made anew from its text, so that nothing typed later can change it.

    Raises:
        BadUsage: If it cannot stand alone.
    """
    return of(loaded(text_to_save(kind), kind.name))


def stored(folder: Path) -> Mapping[str, type[Strategy]]:
    """What the sessions of a run folder could name: the built-in ones, and what is stored there.

    Raises:
        BadConfig: If what is stored cannot be run.
    """
    if not (folder / STORED).is_file():
        return STRATEGIES
    return of(load(folder / STORED)).all


def fits(kind: type[Strategy], settings: StrategySettings) -> None:
    """Whether a strategy takes the parameters of a configuration.

    Raises:
        BadConfig: Names the first that it does not take.
    """
    try:
        if kind in STRATEGIES.values():  # their parameters are keys of the section itself
            kind.Params.model_validate(settings.params)
        kind().configure(settings)
    except ValidationError as exc:
        first = exc.errors()[0]
        key = ".".join(("strategy.params", *map(str, first["loc"])))
        known = ", ".join(kind.Params.model_fields) or "none"
        raise BadConfig(key, f"{first['msg']}; {kind.name} has the parameters: {known}") from exc


def source_of(kind: type[Strategy]) -> str:
    """The text a strategy decides by.

    Its module if it is built in; else what `save_strategy` would write, or where it cannot stand
    alone the class.
    """
    if kind.__module__.startswith("rustro_kernel."):
        module = inspect.getmodule(kind)
        return inspect.getsource(module or kind)
    try:
        return text_to_save(kind)
    except BadUsage:  # it uses what only its notebook holds
        return text_of(kind) or f"{kind.__module__}.{kind.__qualname__}"
