"""Holds Ctrl-C back while the engine turns on the main thread."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread


@contextmanager
def held_back() -> Iterator[None]:
    """An interrupt that comes inside is delivered at the end, to whoever would have had it.

    The old handler is called rather than the signal raised again: a loop's wake-up descriptor has
    already been told of it, and a second Ctrl-C means kill.
    """
    handler = signal.getsignal(signal.SIGINT)
    if current_thread() is not main_thread() or not callable(handler):
        yield
        return
    came: list[tuple[object, ...]] = []
    signal.signal(signal.SIGINT, lambda *args: came.append(args))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
    for _ in came:
        handler(signal.SIGINT, None)
