"""Strategies in files: written from a notebook, loaded into a namespace of their own."""

import hashlib
import linecache
import sys
from itertools import count
from pathlib import Path
from types import ModuleType

from rustro_kernel.domain.errors import BadConfig, BadUsage
from rustro_kernel.own_strategies.standalone import standalone
from rustro_kernel.strategies import STRATEGIES, Strategy

KEY = "strategy.file"
PREFIX = "rustro_own_"
_again = count(1)
_texts: dict[str, str] = {}
"""By module: what was loaded, whatever has become of the file since."""


def save_strategy(kind: object, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write a strategy from a notebook into a file that a headless run can load.

    The text is loaded once before it is written, so that what lies there works; its hash is the
    one that backtests of the class recorded. Run it with `strategy.file`.

    Args:
        kind: A subclass of Strategy, typed in a cell or in a module.
        path: Where to, ending in .py.
        overwrite: Whether a file that is there is replaced.

    Raises:
        BadUsage: If it is none, uses what only the notebook holds, or the file is there already.
    """
    place = Path(path)
    if not (isinstance(kind, type) and issubclass(kind, Strategy)):
        raise BadUsage(f"a subclass of rk.Strategy can be saved, got {kind!r}")
    if place.suffix != ".py":
        raise BadUsage(f"a strategy is saved in a file that ends in .py, got {place}")
    if place.exists() and not overwrite:
        raise BadUsage(f"{place} is there already; overwrite=True replaces it")
    text = text_to_save(kind)
    try:
        loaded(text, kind.name)
    except BadConfig as exc:
        raise BadUsage(f"the strategy {kind.name} cannot stand alone: {exc.problem}") from exc
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
    return place


def text_to_save(kind: type[Strategy]) -> str:
    """The whole text a strategy stands in alone; of a loaded one what was loaded.

    Raises:
        BadUsage: If it cannot stand alone.
    """
    return _texts.get(kind.__module__) or standalone(kind)


def load(path: Path, name: str = "") -> type[Strategy]:
    """The strategy of a file; `name` chooses where there are several.

    Raises:
        BadConfig: If the file cannot be read or run, or has no such strategy.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        why = getattr(exc, "strerror", None) or exc
        raise BadConfig(KEY, f"{path} cannot be read: {why}") from exc
    return loaded(text, name, str(path))


def loaded(text: str, name: str = "", where: str = "the strategy") -> type[Strategy]:
    """The same from the text; equal texts give the same class.

    Raises:
        BadConfig: If it cannot be run, or has no such strategy.
    """
    module = PREFIX + hashlib.sha256(text.encode()).hexdigest()[:16]
    if module not in sys.modules:
        _run(module, text, where)
    return _picked(sys.modules[module], name, where)


def anew(text: str, name: str) -> type[Strategy]:
    """The class of a text, made once more: nothing that an earlier one has kept is in it.

    Raises:
        BadConfig: If it cannot be run, or has no such strategy.
    """
    module = f"{PREFIX}{next(_again)}"
    _run(module, text, "the strategy")
    return _picked(sys.modules[module], name, "the strategy")


def _run(name: str, text: str, where: str) -> None:
    """Run a text as a module; it stays among the modules only if all of it ran."""
    module = ModuleType(name)
    file = f"<{name}>"
    module.__file__ = file
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    sys.modules[name] = module
    try:
        exec(compile(text, file, "exec"), vars(module))  # noqa: S102 - the user's own strategy
    except Exception as exc:
        del sys.modules[name]
        raise BadConfig(KEY, f"{where} cannot be run: {type(exc).__name__}: {exc}") from exc
    _texts[name] = text


def _picked(module: ModuleType, name: str, where: str) -> type[Strategy]:
    kinds = {
        kind.name: kind
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Strategy)
        if kind.__module__ == module.__name__
    }
    if taken := sorted(kinds.keys() & STRATEGIES.keys()):
        raise BadConfig(KEY, f"{where}: the name {taken[0]} belongs to a built-in strategy")
    if name in kinds:
        return kinds[name]
    if len(kinds) == 1 and name in ("", *STRATEGIES):
        return next(iter(kinds.values()))
    held = ", ".join(sorted(kinds)) or "no strategy"
    raise BadConfig(KEY, f"{where} holds {held}; strategy.name asks for {name or 'one of them'}")
