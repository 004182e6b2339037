"""The lines of a day, folded from its events: each event's own, and the picture of each minute.

The fold is pure. What a session prints is what its ledger gives again, so a printed notebook can
be checked line by line.
"""

from collections.abc import Iterable, Iterator

from rustro_kernel.domain.market_time import MINUTE, SECOND
from rustro_kernel.engine.turn import Event
from rustro_kernel.records.day_lines import line
from rustro_kernel.records.moment import Moment

HALF_HOUR = 30 * MINUTE
AFTER_NS = 5 * SECOND
"""The picture of a minute is drawn so long after it, when its bars and verdicts have come."""


class DayLines:
    """Give it every event in order; it gives back what is to be read.

    Args:
        every_ns: How often the picture is drawn: a minute, or what reads better.
    """

    def __init__(self, every_ns: int = MINUTE) -> None:
        self.next_ns = 0
        """When the next picture is due; 0: the day has not begun."""
        self._every_ns = every_ns
        self._moment = Moment()

    def add(self, event: Event) -> list[str]:
        """The pictures due before an event, and its own line."""
        if event.type == "SessionRestarted" or not self.next_ns:  # nobody watched until now
            self._set_out(event.ts)
        found = self.until(event.ts)
        self._moment.see(event)
        own = line(event)
        return [*found, own] if own else found

    def until(self, now_ns: int) -> list[str]:
        """The pictures due before a moment, all of whose past must have been added.

        None before the first event.
        """
        found = []
        while 0 < self.next_ns < now_ns and not self._moment.is_over:
            found.append(self._moment.picture(self.next_ns))
            self.next_ns += self._every_ns
        return found

    def _set_out(self, ts_ns: int) -> None:
        past_ns = (ts_ns - AFTER_NS) % self._every_ns
        self.next_ns = ts_ns - past_ns + (self._every_ns if past_ns else 0)


def day_lines(events: Iterable[Event], every_ns: int = MINUTE) -> Iterator[str]:
    """All lines of these events."""
    folded = DayLines(every_ns)
    for event in events:
        yield from folded.add(event)
