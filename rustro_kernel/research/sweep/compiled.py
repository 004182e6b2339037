"""How kernels are compiled: once for a machine, without the lock of the interpreter.

numba's disk cache notices changes of the file that a kernel stands in and of no other. Kernels here
call into one another and into the premium model, so caches older than any of these files are
removed before the first one is read.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import numba

from rustro_kernel.pricing import formula, kernels as _kernels
from rustro_kernel.research import option_quotes

HERE = Path(__file__).parent
CALLED = (formula.__file__, _kernels.__file__, option_quotes.__file__)
"""Files outside this folder whose functions are compiled into kernels of it."""


@cache
def _fresh() -> None:
    """Remove caches that may hold yesterday's code."""
    kernels = [path for path in HERE.glob("*.py") if "@compiled" in path.read_text("utf-8")]
    sources = [*kernels, *map(Path, CALLED)]
    newest = max(path.stat().st_mtime for path in sources)
    for kept in (HERE / "__pycache__").glob("*.nb[ic]"):
        with suppress(FileNotFoundError):  # another process removes the same
            if kept.stat().st_mtime < newest:
                kept.unlink()


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, compiled on first call and cached on disk where a folder can be written."""
    _fresh()
    try:
        fast: Callable[..., Any] = numba.njit(nogil=True, cache=True, error_model="numpy")(function)
    except RuntimeError:  # neither __pycache__ nor the user's cache folder can be written
        fast = numba.njit(nogil=True, error_model="numpy")(function)
    return fast
