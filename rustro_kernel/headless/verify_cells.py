"""Holding the code of an executed notebook against the one that is shipped."""

import ast
from collections.abc import Iterator
from typing import Any

from rustro_kernel.headless.executed import (
    INJECTED,
    PARAMETERS,
    Cell,
    code_cells,
    read_cells,
    source,
    tags,
)
from rustro_kernel.headless.notebooks import session_notebook
from rustro_kernel.records.verify_ledger import Finding

NAMES = {"config", "overrides"}


def check_code_cells(name: str, cells: list[Cell]) -> Iterator[Finding]:
    """Its code cells are the shipped ones; only the parameters may be others."""
    shipped, mine = code_cells(read_cells(session_notebook())), code_cells(cells)
    if len(shipped) != len(mine):
        yield Finding(name, None, f"has {len(mine)} code cells, the shipped one {len(shipped)}")
        return
    for theirs, ours in zip(shipped, mine, strict=True):
        if PARAMETERS not in tags(theirs) and source(theirs) != source(ours):
            yield Finding(name, None, f"code cell {theirs['id']!r} is not the shipped one")


def parameters(cells: list[Cell]) -> dict[str, Any]:
    """What the notebook was asked for.

    Raises:
        ValueError: If a parameters cell does anything else than to name plain values.
    """
    found: dict[str, Any] = {}
    for cell in cells:
        if {PARAMETERS, INJECTED} & set(tags(cell)):
            found |= dict(_assigned(source(cell)))
    return found


def _assigned(text: str) -> Iterator[tuple[str, object]]:
    try:
        body = ast.parse(text).body
    except SyntaxError as exc:
        raise ValueError(f"the parameters are no Python: {exc.msg}") from exc
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in NAMES:
                yield name, ast.literal_eval(value)
            case _:
                raise ValueError(f"the parameters do more than that: {ast.unparse(statement)}")
