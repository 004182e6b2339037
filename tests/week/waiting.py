"""Waiting for a condition that costs something to look at."""

from collections.abc import Callable
from threading import Event
from time import monotonic

LOOK_S = 0.15


def wait_until(condition: Callable[[], object], timeout_s: float) -> bool:
    """Whether it held in time."""
    pause, end_s = Event(), monotonic() + timeout_s
    while not condition():
        if monotonic() > end_s:
            return False
        pause.wait(LOOK_S)
    return True
