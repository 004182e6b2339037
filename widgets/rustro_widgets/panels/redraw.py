"""A timer on the notebook's loop that draws at most so often, and ends with the panel."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

PERIOD_S = 0.1


class Redraw:
    """Calls `draw` every `period_s` on the loop it was started on.

    Outside a running loop (a plain test, a script) nothing is scheduled; call `draw` yourself.
    """

    def __init__(self, draw: Callable[[], None], period_s: float = PERIOD_S) -> None:
        self.loop = _running_loop()
        self._draw, self._period_s = draw, period_s
        self._timer: asyncio.TimerHandle | None = None
        self._is_over = False

    def start(self) -> None:
        """Begin to draw."""
        if self.loop is not None and not self._is_over:
            self._timer = self.loop.call_later(self._period_s, self._tick)

    def soon(self) -> None:
        """Draw before the next period. From any thread: only the loop draws."""
        if self._is_over:
            return
        if self.loop is None:
            self._draw()
            return
        with suppress(RuntimeError):  # the loop is closed: there is nobody to show anything to
            self.loop.call_soon_threadsafe(self._draw_once)

    def stop(self) -> None:
        """End it; nothing is drawn afterwards."""
        self._is_over = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _tick(self) -> None:
        try:
            self._draw_once()
        finally:
            self.start()

    def _draw_once(self) -> None:
        if not self._is_over:
            self._draw()


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
