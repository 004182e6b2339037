"""An engine that is never continued half-applied.

Whatever comes out of `apply`, a KeyboardInterrupt included, the engine object is thrown away,
rebuilt from its last snapshot and the inputs since, and the input is applied once more. Because
the engine is pure, the rebuilt one is in the same state and states the same events.
"""

import logging
from collections.abc import Callable

from rustro_kernel.domain.errors import SessionFailed
from rustro_kernel.engine.asked import AtHand
from rustro_kernel.engine.inputs import Input
from rustro_kernel.engine.turn import Turn
from rustro_kernel.engine.view import View
from rustro_kernel.session.parts import EngineLike

log = logging.getLogger(__name__)

SNAPSHOT_EVERY = 10_000
ATTEMPTS = 10
"""At one input: a person who keeps pressing Ctrl-C is waited for, a fault is not."""


class SafeEngine:
    """Applies inputs to an engine it can rebuild.

    Args:
        fresh: Makes an engine that has seen nothing.
        restore: Makes an engine from a snapshot.
        every: Inputs between two snapshots kept in memory.
        state: Where to begin; None: with an engine that has seen nothing.
    """

    def __init__(
        self,
        fresh: Callable[[], EngineLike],
        restore: Callable[[bytes], EngineLike],
        every: int = SNAPSHOT_EVERY,
        state: bytes | None = None,
    ) -> None:
        self.rebuilt = 0
        self.interrupted = False
        self._fresh, self._restore, self._every = fresh, restore, every
        self._snapshot = state
        self._since: list[Input] = []
        self._engine = fresh() if state is None else restore(state)

    def apply(self, item: Input) -> Turn:
        """The turn of one input.

        Raises:
            SessionFailed: If it fails again; the state is then that before it.
        """
        try:
            if len(self._since) >= self._every:
                self._snapshot, self._since = self._engine.snapshot(), []
            turn = self._engine.apply(item)
        except BaseException as exc:  # noqa: BLE001 - also KeyboardInterrupt: never half-applied
            turn = self._again(item, exc)
        self._since.append(item)
        return turn

    def view(self) -> View:
        """The frozen picture after the last input."""
        return self._engine.view()

    def snapshot(self) -> bytes:
        """The whole state after the last input."""
        return self._engine.snapshot()

    def at_hand(self, name: str = "") -> AtHand:
        """What people ask for now and then, after the last input."""
        return self._engine.at_hand(name)

    def _again(self, item: Input, exc: BaseException) -> Turn:
        """The turn after all; an interrupt on the way to it costs one more attempt."""
        for _ in range(ATTEMPTS):
            log.error("input %d raised; rebuilding the engine", item.n, exc_info=exc)
            self.interrupted |= isinstance(exc, KeyboardInterrupt)
            try:
                self._rebuild()
                return self._engine.apply(item)
            except BaseException as again:  # noqa: BLE001 - as above
                exc = again
            if not isinstance(exc, KeyboardInterrupt):
                break
        self._rebuild()
        raise SessionFailed(f"input {item.n} cannot be applied: {exc!r}") from exc

    def _rebuild(self) -> None:
        """A new engine in the state after the last completed input."""
        self.rebuilt += 1
        self._engine = self._fresh() if self._snapshot is None else self._restore(self._snapshot)
        for item in self._since:
            self._engine.apply(item)
