"""The text of a class or a function as it was typed, in a module or in a notebook's cell."""

import ast
import inspect
import linecache
import textwrap
from collections.abc import Iterator
from types import CodeType
from typing import Any

CELL_MODULES = ("__main__", "__mp_main__")


def text_of(thing: type | object) -> str | None:
    """The source of a class or function; None where nothing keeps it.

    `inspect` does not find a class of a notebook, which belongs to no file: its methods know the
    cell they came from, and one without methods is looked for in the cells, newest first.
    """
    name = getattr(thing, "__qualname__", "")
    for lines in _places(thing):
        found = _definition("".join(lines), name)
        if found is not None:
            return textwrap.dedent(found)
    return None


def _places(thing: type | object) -> Iterator[list[str]]:
    """The texts that may hold the definition, the likeliest first."""
    for code in _codes(thing):
        yield linecache.getlines(code.co_filename)
    module = inspect.getmodule(thing)
    if module is not None and getattr(module, "__file__", None):
        yield linecache.getlines(str(module.__file__))
    elif getattr(thing, "__module__", "") in CELL_MODULES:
        for filename in reversed(list(linecache.cache)):
            yield linecache.getlines(filename)


def _codes(thing: type | object) -> Iterator[CodeType]:
    """The code of a function, or of the functions typed inside a class."""
    members = vars(thing).values() if isinstance(thing, type) else (thing,)
    for member in members:
        inner: Any = getattr(member, "__func__", None) or getattr(member, "fget", None) or member
        function = inspect.unwrap(inner)
        code = getattr(function, "__code__", None)
        if isinstance(code, CodeType) and _is_inside(thing, function):
            yield code


def _is_inside(thing: type | object, function: object) -> bool:
    name = str(getattr(thing, "__qualname__", ""))
    return str(getattr(function, "__qualname__", "")).startswith(name)


def _definition(text: str, qualname: str) -> str | None:
    """The last definition of a name, decorators included."""
    try:
        body = ast.parse(text).body
    except SyntaxError:  # a cell with a magic in it
        return None
    found: ast.stmt | None = None
    for part in qualname.split("."):
        found = next((node for node in reversed(body) if getattr(node, "name", "") == part), None)
        if not isinstance(found, ast.ClassDef | ast.FunctionDef):
            return None
        body = found.body
    return _lines(text, found) if found is not None else None


def _lines(text: str, node: ast.stmt) -> str:
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(one.lineno for one in decorators)])
    return "\n".join(text.splitlines()[first - 1 : node.end_lineno])
