"""A notebook without a notebook: cells whose classes belong to no file."""

import linecache
import sys
from itertools import count
from textwrap import dedent
from types import ModuleType
from typing import Any

numbers = count(1)


class Notebook:
    """Runs cells in one namespace, as a kernel does."""

    def __init__(self) -> None:
        self.module = ModuleType(f"notebook_{next(numbers)}")
        sys.modules[self.module.__name__] = self.module

    def cell(self, text: str) -> None:
        """Run one cell; its text is kept where tracebacks look for it."""
        name, source = f"<cell-{next(numbers)}>", dedent(text)
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        exec(compile(source, name, "exec"), vars(self.module))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.module, name)


IMPORTS = """
    import math as maths
    from pydantic import Field
    import rustro_kernel as rk
    from rustro_kernel.domain.settings import Section
    from rustro_kernel.domain.verdicts import Direction, TriggerKind as Kind
    from rustro_kernel.strategies import Finding, Strategy, Trigger
"""
MINE = """
    class Mine(Strategy):
        '''Buys calls now and then.'''

        name = "mine"

        class Params(Section):
            every: int = Field(30, ge=1, description="minutes")

        def direction(self, daily):
            return Finding(Direction.CE)

        def trigger(self, moment):
            is_due = moment.minutes_into_hour % self.params.every == 0
            return Finding(Trigger(Kind.CUSTOM) if is_due else None)
"""


def notebook(*cells: str) -> Notebook:
    """A notebook in which these cells were run."""
    made = Notebook()
    for text in (IMPORTS, *cells):
        made.cell(text)
    return made
