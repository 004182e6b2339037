"""What a forked child must not do: a session belongs to the process that started it.

A fork copies memory and descriptors but no other thread. A child that went on would hold the
broker's connections open and could turn an engine whose I/O is elsewhere.
"""

import os
import signal
from collections.abc import Callable, Iterable
from functools import cache
from threading import local

FORKED = "this process is a fork of the one that trades"
TERMINATING = (signal.SIGTERM, signal.SIGHUP)

_acts: list[Callable[[], None]] = []
_mask = local()


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
    os.register_at_fork(before=_hold_back, after_in_parent=_let_come, after_in_child=_act)


def _hold_back() -> None:
    """A signal must not meet a child that still has its parent's handlers.

    CPython forgets what a child received before its hooks have run, so that a worker which is
    terminated as soon as it was started would wait for ever.
    """
    _mask.before = signal.pthread_sigmask(signal.SIG_BLOCK, TERMINATING)


def _let_come() -> None:
    signal.pthread_sigmask(signal.SIG_SETMASK, _mask.before)


def _act() -> None:
    acts, _acts[:] = list(_acts), []
    try:
        for act in acts:
            act()
    finally:
        _let_come()
