"""The strategy of a backtest: by name, as a class from a notebook cell, or the ADX strategy."""

import hashlib
import inspect
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from rustro_kernel.config import Config
from rustro_kernel.domain.errors import BadConfig
from rustro_kernel.strategies import STRATEGIES, Strategy


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


def chosen(strategy: object, configured: str) -> Chosen:
    """The strategy that was asked for; None: the one the configuration names.

    Raises:
        BadConfig: If there is no such strategy, or it is no subclass of Strategy.
    """
    if isinstance(strategy, Chosen):
        return strategy
    wanted = configured if strategy is None else strategy
    if isinstance(wanted, str):
        if wanted not in STRATEGIES:
            known = ", ".join(sorted(STRATEGIES))
            raise BadConfig("strategy.name", f"{wanted!r} is not one of {known}")
        kind = STRATEGIES[wanted]
    elif isinstance(wanted, type) and issubclass(wanted, Strategy):
        kind = wanted
    else:
        got = getattr(wanted, "__name__", type(wanted).__name__)
        raise BadConfig("strategy", f"is a name or a subclass of rk.Strategy, got {got}")
    return Chosen(kind, source_of(kind), {**STRATEGIES, kind.name: kind})


def check(kind: type[Strategy], cfg: Config) -> None:
    """Whether a strategy takes the parameters of a configuration.

    Raises:
        BadConfig: Names the first that it does not take.
    """
    try:
        kind().configure(cfg.strategy)
    except ValidationError as exc:
        first = exc.errors()[0]
        key = ".".join(("strategy.params", *map(str, first["loc"])))
        known = ", ".join(kind.Params.model_fields) or "none"
        raise BadConfig(key, f"{first['msg']}; {kind.name} has the parameters: {known}") from exc


def source_of(kind: type[Strategy]) -> str:
    """The text a strategy decides by: its module if it is built in, else the class."""
    try:
        if kind.__module__.startswith("rustro_kernel."):
            module = inspect.getmodule(kind)
            return inspect.getsource(module or kind)
        return inspect.getsource(kind)
    except (OSError, TypeError):  # typed where nothing keeps it
        return f"{kind.__module__}.{kind.__qualname__}"
