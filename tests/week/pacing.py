"""The exchange goes fast while all is well, and slowly while something is being mended.

What is mended takes seconds of the wall: a process is started, a stream opened, minutes are read
again. At full speed each would be half an hour of the market, and the rules for long outages would
end the day.
"""

import datetime as dt
from threading import Event, Thread
from time import monotonic
from typing import Any

from tests.week.bench import Bench
from tests.week.clock import SLOW

LOOK_S = 0.1
LINGER_S = 2.5
"""Slowly for a minute of the market more: a gap is seen at the end of one."""
MENDING = {"RECOVERING", "RECOVERING_DATA", "STREAM_DOWN", "TOKEN_DEGRADED", "FLATTENING"}


class Pacing:
    """Sets the speed of a date's clock while its block lasts; `is_held` keeps it slow."""

    def __init__(self, bench: Bench, date: dt.date, speed: float) -> None:
        self._bench, self._date, self._speed = bench, date, speed
        self._clock = bench.exchange.clock(date)
        self.is_held = False
        self._end = Event()
        self._thread = Thread(target=self._watch, name="pacing", daemon=True)

    def __enter__(self) -> "Pacing":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def hold(self) -> None:
        """Go slowly from now on."""
        self.is_held = True
        self._go(SLOW)

    def let_go(self) -> None:
        """Go fast again as soon as all is well."""
        self.is_held = False

    def _watch(self) -> None:
        ill_s = monotonic()
        while not self._end.wait(LOOK_S):
            status = self._bench.status()
            if self.is_held or status is None or not _is_well(status):
                ill_s = monotonic()
            self._go(self._speed if monotonic() - ill_s > LINGER_S else SLOW)

    def _go(self, speed: float) -> None:
        wanted = min(speed, self._speed)
        if self._clock.speed != wanted:
            self._clock.pace(wanted)


def _is_well(status: Any) -> bool:
    if status.state == "INIT" or MENDING & set(status.overlays):
        return False
    return bool(status.connected) or status.phase != "OPEN"
