"""Waiting for a condition, never for a duration."""

import asyncio
from collections.abc import Callable
from threading import Event
from time import monotonic


def until_blocking(condition: Callable[[], object], timeout_s: float = 60.0) -> None:
    """Block this thread (and any loop on it) until the condition holds."""
    pause, end = Event(), monotonic() + timeout_s
    while not condition():
        assert monotonic() < end, "the condition never held"
        pause.wait(0.002)


async def until(condition: Callable[[], object], timeout_s: float = 60.0) -> None:
    """Let the loop run until the condition holds."""
    async with asyncio.timeout(timeout_s):
        while not condition():
            await asyncio.sleep(0.002)
