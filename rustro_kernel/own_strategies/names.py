"""Which names of its surroundings a piece of source uses."""

import ast
import builtins
import symtable
from collections.abc import Iterator


def used(source: str) -> list[str]:
    """Global names that a definition reads and that are none of Python's own, sorted."""
    table = symtable.symtable(source, "source", "exec")
    own = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned()}
    found = {name for name in _read(table) if name not in own and not hasattr(builtins, name)}
    return sorted(found | (_quoted(source) - own))


def _read(table: symtable.SymbolTable) -> Iterator[str]:
    is_top = table.get_type() == "module"
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (is_top or symbol.is_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _read(child)


def _quoted(source: str) -> set[str]:
    """Names in annotations that are written as text."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        for name in ("annotation", "returns"):
            said = getattr(node, name, None)
            if isinstance(said, ast.Constant) and isinstance(said.value, str):
                tree = ast.parse(said.value, mode="eval")
                found |= {part.id for part in ast.walk(tree) if isinstance(part, ast.Name)}
    return {name for name in found if not hasattr(builtins, name)}
