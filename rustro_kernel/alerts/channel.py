"""One place alerts go to, with a queue and a thread of its own."""

import logging
from collections import deque
from collections.abc import Callable
from threading import Event as Signal, Thread

from rustro_kernel.alerts.alert import LEVELS, Alert, reaches
from rustro_kernel.alerts.limits import Limits
from rustro_kernel.domain.errors import AlertFailed

log = logging.getLogger("rustro_kernel.channels")  # not under rustro_kernel.alerts: see Alerter

CAPACITY = 500
"""Alerts of one level that may wait for a slow channel; then the oldest are dropped and counted."""
RETRY_S = (2.0, 10.0, 30.0)
"""Waited before another attempt; after the last one the alert is given up and counted."""
THREAD = "rustro-alert"

Send = Callable[[str, str, str], None]
"""Title, text, level; returns when it was delivered, raises with the reason when it was not."""


class Channel:
    """Sends alerts, the loudest that wait first, those of one level in order.

    `put` may be called from any thread; it never waits nor raises.

    Args:
        name: Shown to people; must not hold a secret.
        level: What is below it does not go here.
        send: Delivers; may take for ever, or raise anything.
        limits: Of this channel.
        title: Above every alert.
        retry_s: Pauses between attempts.
        hide: Takes the channel's address out of what `send` complains about.

    Attributes:
        sent: Alerts that were delivered.
        lost: Alerts that were not and never will be, those pushed out of the queue among them.
        problem: Why the last attempt failed; empty if it did not.
    """

    def __init__(
        self,
        name: str,
        level: str,
        send: Send,
        limits: Limits,
        title: str = "",
        retry_s: tuple[float, ...] = RETRY_S,
        hide: Callable[[str], str] = str,
    ) -> None:
        self.name, self.sent, self.lost, self.problem = name, 0, 0, ""
        self._level, self._send, self._limits = level, send, limits
        self._title, self._retry_s, self._hide = title, retry_s, hide
        self._untold_losses = 0
        self._waiting: dict[str, deque[Alert]] = {level: deque() for level in reversed(LEVELS)}
        self._wake, self._closing, self._idle = Signal(), Signal(), Signal()
        self._idle.set()
        self._thread = Thread(target=self._run, name=f"{THREAD} {name}", daemon=True)
        self._thread.start()

    def put(self, alert: Alert) -> None:
        """Send this when its turn comes."""
        if not reaches(alert.level, self._level):
            return
        self._idle.clear()
        queue = self._waiting[alert.level]
        queue.append(alert)
        if len(queue) > CAPACITY:
            queue.popleft()
            self._lose()
        self._wake.set()

    def close(self, timeout_s: float) -> bool:
        """Give what waits so long to go out, one attempt each; whether all of it is done."""
        self._closing.set()
        self._wake.set()
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def flush(self, timeout_s: float) -> bool:
        """Wait until nothing waits, at most so long; whether nothing does."""
        return self._idle.wait(timeout_s)

    def _run(self) -> None:
        while not (self._closing.is_set() and not self._is_any):
            if not self._wake.wait(self._limits.window_s if self._limits.held else None):
                self._tell_the_rest()
            self._wake.clear()
            while queue := next(filter(None, self._waiting.values()), None):
                self._take(queue.popleft())
            self._idle.set()
            if self._is_any:  # put between the two lines
                self._idle.clear()
        self._tell_the_rest()

    @property
    def _is_any(self) -> bool:
        return any(self._waiting.values())

    def _take(self, alert: Alert) -> None:
        if self._limits.admits(alert):
            self._deliver(alert.level, alert.text + self._untold())

    def _tell_the_rest(self) -> None:
        """Nothing more comes, or came for a while, that could tell what was held back."""
        rest = self._untold()
        if rest:
            self._deliver("warning", f"The end of these alerts{rest}")

    def _untold(self) -> str:
        """What was not sent since the last one, in words."""
        held, lost = self._limits.take_held(), self._untold_losses
        self._untold_losses = 0
        words = [f"{held} more were held back"] if held else []
        words += [f"{lost} before it were lost"] if lost else []
        return f" ({'; '.join(words)})" if words else ""

    def _deliver(self, level: str, text: str) -> None:
        for pause_s in (*self._retry_s, None):
            if self._attempt(level, text):
                return
            if pause_s is None or self._closing.wait(pause_s):
                break
        self._lose()
        log.warning("an alert was not delivered by channel %s: %s", self.name, self.problem)

    def _attempt(self, level: str, text: str) -> bool:
        try:
            self._send(f"{level.upper()} {self._title}".rstrip(), text, level)
        except Exception as exc:  # noqa: BLE001 - other people's code: nothing it does may end us
            words = exc.reason if isinstance(exc, AlertFailed) else str(exc)
            self.problem = self._hide(words) or type(exc).__name__
            return False
        self.sent, self.problem = self.sent + 1, ""
        return True

    def _lose(self) -> None:
        self.lost += 1
        self._untold_losses += 1
