"""The only owner of background tasks and threads: what it starts, it stops."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from threading import Thread
from typing import Any

log = logging.getLogger(__name__)

JOIN_S = 5.0
"""So long in silence: what a thread still writes would end up in records taken for closed."""


class Supervisor:
    """Starts tasks on the running loop and plain threads, and ends them together."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._threads: list[tuple[Thread, Callable[[], None]]] = []

    def spawn(self, coro: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any]:
        """Run a coroutine in the background; a failure is logged at once."""
        task = asyncio.get_running_loop().create_task(coro, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def thread(self, run: Callable[[], None], stop: Callable[[], None], *, name: str) -> Thread:
        """Run `run` in a thread; `stop`, called from another one, makes it return."""
        thread = Thread(target=run, name=name, daemon=True)
        self._threads.append((thread, stop))
        thread.start()
        return thread

    def stop_threads(self) -> None:
        """End the threads, the last started first. Blocks; never call it on a loop."""
        while self._threads:
            self.stop_last()

    def stop_last(self) -> None:
        """End the thread started last. Blocks; never call it on a loop."""
        thread, stop = self._threads.pop()
        stop()
        thread.join(JOIN_S)
        while thread.is_alive():
            log.error("thread %s does not end; still waiting for it", thread.name)
            thread.join(JOIN_S)

    async def stop(self) -> None:
        """End everything."""
        mine = asyncio.current_task()
        tasks = [task for task in self._tasks if task is not mine]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.to_thread(self.stop_threads)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("task %s failed", task.get_name(), exc_info=task.exception())
