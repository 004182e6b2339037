"""A strategy as a text of its own: imports, constants and helpers it uses, and the class.

What a strategy may use besides its arguments and parameters is code and plain constants. A table,
a list or an object that only the notebook holds is refused: it would be another one in a headless
run, or none, and nobody could say what was traded.
"""

import sys
from collections.abc import Iterable, Mapping
from types import ModuleType

from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.own_strategies.names import used
from rustro_kernel.own_strategies.source import text_of
from rustro_kernel.strategies import Strategy

PLAIN = (bool, int, float, str, bytes, type(None))
HEAD = '"""The strategy {name}, saved from a notebook by rustro."""\n'


def standalone(kind: type[Strategy]) -> str:
    """The text of a file that defines this strategy and needs no notebook.

    Raises:
        BadUsage: If it uses what only its notebook holds, or its source is nowhere.
    """
    parts = _Parts(kind)
    parts.take(kind.__name__, kind)
    blocks = ["\n".join(sorted(parts.imports)), "\n".join(parts.constants), *parts.definitions]
    text = "\n\n\n".join(block for block in blocks if block)
    return f"{HEAD.format(name=kind.name)}\n{text}\n"


class _Parts:
    """What a file will be made of; filled by `take`."""

    def __init__(self, kind: type[Strategy]) -> None:
        self.imports: set[str] = set()
        self.constants: list[str] = []
        self.definitions: list[str] = []
        self._kind, self._home = kind, kind.__module__
        self._around: Mapping[str, object] = vars(sys.modules[kind.__module__])
        self._taken: set[str] = set()

    def take(self, name: str, value: object) -> None:
        """Take a definition of the strategy's own module, after everything it uses."""
        self._taken.add(name)
        self._refuse_closure(value)
        source = text_of(value)
        if source is None:
            raise self._no(f"the source of {name} is nowhere to be found; type it into a cell")
        for other in used(source):
            if other not in self._taken:
                self._add(name, other)
        if getattr(value, "__name__", name) != name:
            raise self._no(f"it knows {getattr(value, '__name__', '')} under the name {name}")
        self.definitions.append(source)

    def _add(self, user: str, name: str) -> None:
        """Take whatever a name stands for around the strategy."""
        if name not in self._around:
            raise self._no(f"{user} uses {name}, which nothing defines")
        value = self._around[name]
        line = imported(name, value, self._home)
        if line is not None:
            self._taken.add(name)
            self.imports.add(line)
        elif _is_plain(value):
            self._taken.add(name)
            self.constants.append(f"{name} = {value!r}")
        elif callable(value) and getattr(value, "__module__", None) == self._home:
            self.take(name, value)
        else:
            what = f"a {type(value).__name__} that only this notebook holds"
            raise self._no(
                f"{user} uses {name}, {what}. A strategy is told everything by its arguments and "
                "its Params; work it out there"
            )

    def _refuse_closure(self, value: object) -> None:
        """A definition inside a function can see the function's variables."""
        if "<locals>" not in getattr(value, "__qualname__", ""):
            return
        free = sorted(_free(value))
        uses = f" and uses its {', '.join(free)}" if free else ""
        raise self._no(f"it is defined inside a function{uses}; define it in a cell of its own")

    def _no(self, why: str) -> BadUsage:
        return BadUsage(f"the strategy {self._kind.name} cannot stand alone: {why}")


def imported(name: str, value: object, home: str) -> str | None:
    """The import that gives a value this name; None if it comes from nowhere else."""
    if isinstance(value, ModuleType):
        if value.__name__ == name:
            return f"import {name}"
        package, _, last = value.__name__.rpartition(".")
        if package and last == name:
            return f"from {package} import {name}"
        return f"import {value.__name__} as {name}"
    module = getattr(value, "__module__", None)
    if not isinstance(module, str) or module == home or module not in sys.modules:
        return None
    there = getattr(value, "__name__", None) or getattr(value, "_name", None) or name
    if getattr(sys.modules[module], there, None) is not value:
        return None
    return f"from {module} import {there}" + (f" as {name}" if there != name else "")


def _is_plain(value: object) -> bool:
    """A constant whose text gives it back."""
    if isinstance(value, tuple):
        return all(map(_is_plain, value))
    return type(value) in PLAIN and value == value and abs_ok(value)


def abs_ok(value: object) -> bool:
    """Infinity has no text."""
    return not isinstance(value, float) or abs(value) != float("inf")


def _free(value: object) -> Iterable[str]:
    members = vars(value).values() if isinstance(value, type) else (value,)
    for member in members:
        code = getattr(getattr(member, "__func__", member), "__code__", None)
        yield from (name for name in getattr(code, "co_freevars", ()) if name != "__class__")
