"""What becomes of Ctrl-C: held back while the engine turns, a cancellation of an awaited day."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
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


@contextmanager
def as_cancellations(task: "asyncio.Task[object] | None") -> Iterator[None]:
    """Every Ctrl-C cancels the task: `asyncio.run` alone would let the second one tear it down.

    A kernel cancels by itself; its handler stays.
    """
    handler = signal.getsignal(signal.SIGINT)
    runner = getattr(getattr(handler, "func", None), "__self__", None)
    if (
        task is None
        or current_thread() is not main_thread()
        or not isinstance(runner, asyncio.Runner)
    ):
        yield
        return
    cancel = partial(task.get_loop().call_soon_threadsafe, task.cancel)
    signal.signal(signal.SIGINT, lambda *_: cancel())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
