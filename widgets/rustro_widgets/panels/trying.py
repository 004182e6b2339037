"""A change is tried on today's data before it may be applied."""

from collections.abc import Callable
from concurrent.futures import Future

from rustro_kernel.engine.asked import Preview
from rustro_widgets.panels.parameter_values import Change, Effect

PreviewOf = Callable[[str, object], "Future[Preview]"]


class Trying:
    """The last change that was tried. From any thread.

    Args:
        preview: Plays the day so far with a change.
        changed: Called when there is an answer.
    """

    def __init__(self, preview: PreviewOf, changed: Callable[[object], object]) -> None:
        self._preview, self._changed = preview, changed
        self._change: Change | None = None
        self._promised: Future[Preview] | None = None

    def begin(self, change: Change) -> None:
        """Try this one."""
        promised = self._asked(change)
        self._change, self._promised = change, promised
        promised.add_done_callback(self._changed)
        self._changed(None)

    def _asked(self, change: Change) -> "Future[Preview]":
        try:
            return self._preview(change.key, change.text)
        except Exception as exc:  # noqa: BLE001 - shown in words; the panel goes on
            failed: Future[Preview] = Future()
            failed.set_exception(exc)
            return failed

    def forget(self) -> None:
        """It was applied: the same again is tried anew."""
        self._change = self._promised = None

    def effect(self, change: Change | None) -> Effect:
        """What is known of this change: nothing if another one was tried."""
        promised = self._promised
        if promised is None or change != self._change:
            return Effect()
        if not promised.done():
            return Effect(is_waiting=True)
        if promised.cancelled():
            return Effect(problem="another change was tried instead")
        exc = promised.exception()
        return Effect(problem=str(exc)) if exc else Effect(preview=promised.result())
