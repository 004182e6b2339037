"""From events to alerts: on the thread that turned the engine, so it must be quick."""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping

from rustro_kernel.alerts.alert import LEVELS, reaches
from rustro_kernel.alerts.alerter import Alerter
from rustro_kernel.alerts.table import Level, about, level_of
from rustro_kernel.engine.turn import Event

log = logging.getLogger("rustro_kernel.channels")
REMEMBERED = 64


class EventAlerts:
    """Tells of events as the table says. `see` never waits and never raises.

    Args:
        alerter: Tells.
        table: Level by name of an event.
        say: The readable line of an event; None where it has none.
    """

    def __init__(
        self, alerter: Alerter, table: Mapping[str, Level], say: Callable[[Event], str | None]
    ) -> None:
        self._alerter, self._table, self._say = alerter, table, say
        self._told: deque[tuple[int, str]] = deque(maxlen=REMEMBERED)

    def see(self, events: Iterable[Event]) -> None:
        """Tell of those that are worth it."""
        for event in events:
            if event.type in self._table:
                self._tell(event)

    def _tell(self, event: Event) -> None:
        try:
            level = level_of(event.data, self._table[event.type])
            if level not in LEVELS or self._is_told(event, level):
                return
            self._told.append((event.seq, level))
            text = self._say(event) or f"{event.type}: {event.data}"
            self._alerter.tell(level, text, about=about(event.type, event.data))
        except Exception:  # a line that cannot be made must not reach the engine's turn
            log.exception("no alert could be made of %s %d", event.type, event.seq)

    def _is_told(self, event: Event, level: str) -> bool:
        """The engine's own alert about what was told already, at least as loudly."""
        return event.type == "Alerted" and any(
            seq == event.cause and reaches(loud, level) for seq, loud in self._told
        )
