"""Tells subscribers what happened: on the notebook's loop, after the turn, in order."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable

from rustro_kernel.engine.turn import Event
from rustro_kernel.session.doorbell import Doorbell

log = logging.getLogger(__name__)

CAPACITY = 100_000
Subscriber = Callable[[Event], object]


class Bus:
    """Events for those who watch; nothing they do can reach the engine.

    When the loop is blocked so long that `capacity` is reached, the oldest events are dropped
    here (never from the ledger) and counted in `dropped`.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self.dropped = 0
        self._queue: deque[Event] = deque(maxlen=capacity)
        self._subscribers: list[Subscriber] = []
        self._bell: Doorbell | None = None

    def open(self, loop: asyncio.AbstractEventLoop) -> None:
        """Deliver on this loop from now on."""
        self._bell = Doorbell(loop, self.deliver)

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Call `subscriber` with every event from now on; call the result to end it."""
        self._subscribers.append(subscriber)

        def unsubscribe() -> None:
            if subscriber in self._subscribers:
                self._subscribers.remove(subscriber)

        return unsubscribe

    def publish(self, events: Iterable[Event]) -> None:
        """Hand over a turn's events. From any thread."""
        for event in events:
            if len(self._queue) == self._queue.maxlen:
                self.dropped += 1
            self._queue.append(event)
        if self._bell is not None:
            self._bell.ring()

    def deliver(self) -> None:
        """Tell the subscribers of everything handed over so far. On the loop only."""
        while self._queue:
            event = self._queue.popleft()
            for subscriber in tuple(self._subscribers):
                _tell(subscriber, event)


def _tell(subscriber: Subscriber, event: Event) -> None:
    try:
        subscriber(event)
    except KeyboardInterrupt:
        raise
    except BaseException:  # a watcher's fault (also sys.exit) must not stop the session
        log.exception("a subscriber failed on %s %d", event.type, event.seq)
