"""Putting handed-in days into stored ones: what is added, changed, kept."""

from dataclasses import replace
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from rustro_kernel.records.bars.columns import CORRECTED, NAMES, PASSING, Columns, joined, latest

Mode = Literal["fill", "correct", "replace"]
"""fill: a stored bar stays; correct: the new one wins; replace: the day holds the new ones only."""


class Written(msgspec.Struct, frozen=True):
    """What became of the bars handed in, and of stored ones that a replaced day no longer has."""

    added: int = 0
    same: int = 0
    changed: int = 0
    kept: int = 0  # stored bars that say something else and stayed
    removed: int = 0

    @property
    def alters(self) -> bool:
        """Whether the stored bars are others than before."""
        return bool(self.added or self.changed or self.removed)

    def __add__(self, other: "Written") -> "Written":
        pairs = zip(msgspec.structs.astuple(self), msgspec.structs.astuple(other), strict=True)
        return Written(*(mine + theirs for mine, theirs in pairs))


def merged(stored: Columns, new: Columns, mode: Mode) -> tuple[Columns, Written]:
    """One day's bars after an import, and the count; a bar that changed is marked corrected."""
    known = np.isin(new.start_ns, stored.start_ns)
    differs = known & ~_says_the_same(stored, new, known)
    changed, count = int(differs.sum()), int(known.sum())
    written = Written(added=len(new) - count, same=count - changed)
    if mode == "fill":
        day = latest(joined([stored, new.where(~known)]))
        return day, written + Written(kept=changed)
    fresh = _marked(new, differs)
    if mode == "replace":
        return fresh, written + Written(changed=changed, removed=len(stored) - count)
    day = latest(joined([stored, fresh.where(~known | differs)]))
    return day, written + Written(changed=changed)


def _says_the_same(stored: Columns, new: Columns, known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where the bar with the same start is equal but for passing marks."""
    at = np.searchsorted(stored.start_ns, new.start_ns[known])
    same = np.zeros(len(new), np.bool_)
    equal = np.ones(len(at), np.bool_)
    for name in NAMES[1:-1]:
        equal &= getattr(stored, name)[at] == getattr(new, name)[known]
    equal &= (stored.flags[at] | PASSING) == (new.flags[known] | PASSING)
    same[known] = equal
    return same


def _marked(new: Columns, differs: NDArray[np.bool_]) -> Columns:
    return replace(new, flags=new.flags | np.where(differs, CORRECTED, 0))
