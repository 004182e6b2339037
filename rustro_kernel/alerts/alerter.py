"""Tells people, through every channel there is."""

import logging
from collections.abc import Callable, Sequence
from time import monotonic, monotonic_ns

from rustro_kernel.alerts.alert import Alert
from rustro_kernel.alerts.channel import Channel

LOGGER = "rustro_kernel.alerts"
"""Records of this very logger become alerts (`listen`). What alerts log themselves does not."""
FROM_EVENT = "is_event"
"""Attribute of a record of that logger whose alert comes as an event as well."""

log = logging.getLogger("rustro_kernel.channels")


class Alerter:
    """From any thread; nothing here waits, but for `flush` and `close`.

    Args:
        channels: Each with its own queue and thread; none: nothing is told.
        hide: Takes secrets out of a text.
    """

    def __init__(self, channels: Sequence[Channel] = (), hide: Callable[[str], str] = str) -> None:
        self.channels, self._hide = tuple(channels), hide

    def tell(self, level: str, text: str, *, about: str = "") -> None:
        """Tell people, at once if the channels are well. Never blocks, never raises.

        Args:
            level: info, warning or critical.
            text: One sentence.
            about: What it is about: the limits count by it; empty: the text.
        """
        if not self.channels:
            return
        try:
            alert = Alert(level, self._hide(text), about or text, monotonic_ns())
            for channel in self.channels:
                channel.put(alert)
        except Exception:  # trading goes on without its alerts
            log.exception("an alert could not be told")

    def flush(self, timeout_s: float) -> None:
        """Wait until all that was told is out, at most so long. Never on a loop."""
        end = monotonic() + timeout_s
        for channel in self.channels:
            channel.flush(max(0.0, end - monotonic()))

    def close(self, timeout_s: float) -> None:
        """The same, and nothing is told any more. Never on a loop."""
        end = monotonic() + timeout_s
        for channel in self.channels:
            if not channel.close(max(0.0, end - monotonic())):
                log.warning("channel %s is left with alerts it could not deliver", channel.name)

    def figures(self) -> dict[str, int]:
        """Alerts sent and lost, over all channels."""
        sent, lost = sum(c.sent for c in self.channels), sum(c.lost for c in self.channels)
        return {"alerts_sent": sent, "alerts_lost": lost} if self.channels else {}


class Listener(logging.Handler):
    """Passes on what was logged for people to see and is no event."""

    def __init__(self, alerter: Alerter) -> None:
        super().__init__()
        self._alerter = alerter

    def emit(self, record: logging.LogRecord) -> None:
        """On whichever thread logged it."""
        if record.name != LOGGER or getattr(record, FROM_EVENT, False):
            return
        level = "critical" if record.levelno >= logging.ERROR else "warning"
        try:
            self._alerter.tell(level, record.getMessage(), about=str(record.msg))
        except Exception:  # noqa: BLE001 - a record that cannot be put together; logging's own way
            self.handleError(record)


def listen(alerter: Alerter) -> Callable[[], None]:
    """Tell what is logged for people from now on; call the result to end that."""
    handler, logger = Listener(alerter), logging.getLogger(LOGGER)
    logger.addHandler(handler)
    return lambda: logger.removeHandler(handler)
