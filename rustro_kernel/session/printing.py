"""Says the day as it goes: the lines of events as they come, and the picture of each minute.

The pictures follow the engine's time: all events before it have been told by then, so that what is
printed is what the ledger gives again. While the market is not open yet nothing moves that time;
then a clock does.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.engine.turn import Event
from rustro_kernel.engine.view import View
from rustro_kernel.records.day_lines import line
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.lines import until_damage
from rustro_kernel.records.minutes import DayLines
from rustro_kernel.session.bus import Bus
from rustro_kernel.session.doorbell import Doorbell

LATE_S = 10.0
"""Before the open: so much later than the clock says it is, lest an event be overtaken."""
LOOK_S = 0.25
QUIET = ("INIT", "READY", "WAITING")


Say = Callable[[str, Event | None], None]


class Ticking(Protocol):
    """The clock of a market."""

    @property
    def speed(self) -> float:
        """Market seconds a second of the wall."""

    def now_ns(self) -> int:
        """The time."""


class Printing:
    """A subscriber of the bus.

    Args:
        say: Given each line, and the event that says it.
        bus: What is said of a moment follows what it still has to deliver.
        picture_s: How often the picture is drawn.
    """

    def __init__(self, say: Say, bus: Bus, picture_s: int) -> None:
        self._tell, self._bus = say, bus
        self._lines = DayLines(picture_s * SECOND)
        self._now_ns = 0
        self._bell: Doorbell | None = None
        bus.subscribe(self._print)

    def open(self, loop: asyncio.AbstractEventLoop, folder: Path) -> None:
        """Print on this loop from now on; what the folder has stated before is known, not said."""
        for event in until_damage(read_events(folder)):
            self._lines.add(event)
        self._bell = Doorbell(loop, self._draw)

    def reach(self, now_ns: int) -> None:
        """The engine's time is this, and every event before it was published. From any thread."""
        self._now_ns = now_ns
        if self._bell is not None and 0 < self._lines.next_ns < now_ns:
            self._bell.ring()

    async def count_down(self, clock: Ticking, view: Callable[[], View]) -> None:
        """Draw the minutes before the open; until cancelled."""
        late_ns = round(LATE_S * SECOND * clock.speed)
        while True:
            await asyncio.sleep(LOOK_S)
            if view().state in QUIET:
                self._bus.deliver()
                self._say(clock.now_ns() - late_ns)

    def _draw(self) -> None:
        now_ns = self._now_ns  # before the bus is emptied: what comes meanwhile may be later
        self._bus.deliver()
        self._say(now_ns)

    def _say(self, now_ns: int) -> None:
        for text in self._lines.until(now_ns):
            self._tell(text, None)

    def _print(self, event: Event) -> None:
        own = line(event)
        for text in self._lines.add(event):
            self._tell(text, event if text == own else None)
