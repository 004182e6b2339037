"""What a forked child must not do: a session belongs to the process that started it.

A fork copies memory and descriptors but no other thread. A child that went on would hold the
broker's connections open and could turn an engine whose I/O is elsewhere.
"""

import os
from collections.abc import Callable, Iterable
from functools import cache

FORKED = "this process is a fork of the one that trades"

_acts: list[Callable[[], None]] = []


def in_child(act: Callable[[], None]) -> Callable[[], None]:
    """Have `act` called in every child forked from now on; call the result to end that."""
    _watch()
    _acts.append(act)
    return lambda: _acts.remove(act) if act in _acts else None


def let_go(descriptors: Iterable[int]) -> None:
    """Give up the copies of these descriptors, without a word to the other side.

    They are pointed at nothing rather than closed: their owners still exist in the child, and would
    one day close whatever has got the number since.
    """
    nothing = os.open(os.devnull, os.O_RDWR)
    try:
        for fd in descriptors:
            os.dup2(nothing, fd, inheritable=False)
    finally:
        os.close(nothing)


@cache
def _watch() -> None:
    os.register_at_fork(after_in_child=_act)


def _act() -> None:
    acts, _acts[:] = list(_acts), []
    for act in acts:
        act()
