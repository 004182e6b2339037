"""What time it is on the market, for whoever waits for its open.

The calendar goes by the wall's time; how long something lasts, by a clock that never jumps and
stands still while the machine sleeps. A simulated exchange on this machine has its own time, which
is asked for again at each look: the next day may be another exchange at the same address.
"""

import time
from typing import Protocol

from rustro_kernel.configuration.sections import Broker
from rustro_kernel.domain.errors import BadConfig
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.session.live.addresses import is_here
from rustro_kernel.session.live.pace import ask


class ServeClock(Protocol):
    """Where the supervisor has its time from."""

    def now_ns(self) -> int | None:
        """The market's time; None while nobody tells it."""

    def wait_s(self, ts_ns: int) -> float:
        """The wall's seconds until a moment, as far as one knows; look again before."""

    def monotonic_s(self) -> float:
        """Seconds that never jump."""


class WallClock:
    """The real market's."""

    def now_ns(self) -> int | None:
        """The wall's time."""
        return time.time_ns()

    def wait_s(self, ts_ns: int) -> float:
        """Seconds until a moment, at most what a jump of the clock or a sleep may cost."""
        return min(max(0.0, (ts_ns - time.time_ns()) / SECOND), 20.0)

    def monotonic_s(self) -> float:
        """Seconds that never jump."""
        return time.monotonic()


class ExchangeClock:
    """A simulated exchange's.

    Args:
        rest_url: Of the exchange.
    """

    LOOK_S = 0.25

    def __init__(self, rest_url: str) -> None:
        self._url = rest_url

    def now_ns(self) -> int | None:
        """Its time; None where nobody listens, or it is none."""
        try:
            reading = ask(self._url)
        except BadConfig:
            return None
        return reading.now_ns if reading is not None else None

    def wait_s(self, ts_ns: int) -> float:
        """A moment: its pace is its own."""
        return self.LOOK_S

    def monotonic_s(self) -> float:
        """Seconds that never jump."""
        return time.monotonic()


def find_clock(broker: Broker) -> ServeClock:
    """The clock a session under this configuration will live by."""
    if broker.clock == "wall" or not is_here(broker.rest_url):
        return WallClock()
    return ExchangeClock(broker.rest_url)
