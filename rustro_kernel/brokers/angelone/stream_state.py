"""What a stream says of itself, and what may be set about it."""

import datetime as dt
from dataclasses import dataclass
from enum import Enum

from rustro_kernel.domain.market_time import ist_date


class Phase(Enum):
    """Where a stream's connection stands."""

    CLOSED = "closed"  # not started, or ended on purpose
    CONNECTING = "connecting"
    OPEN = "open"
    STALLED = "stalled"  # connected, but silent when it should not be
    WAITING = "waiting"  # lost; the back-off runs
    REFUSED = "refused"  # log in again, then run again


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """Times in seconds. The defaults are the specification's."""

    ping_interval_s: float = 10.0
    pong_timeout_s: float = 5.0
    backoff_s: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
    max_reconnects_per_min: int = 10
    stall_s: float = 15.0  # no tick for so long inside the hours: reconnect
    stall_fast_s: float = 5.0  # the same where they came every second
    stall_max_s: float = 90.0  # reconnecting did not help (a halt): ever longer, up to this
    open_timeout_s: float = 10.0
    close_timeout_s: float = 1.0
    send_timeout_s: float = 5.0
    turn_s: float = 0.25  # how often timers are looked at


@dataclass(frozen=True, slots=True)
class StreamState:
    """A stream at one moment. Times in epoch ns, 0 for never."""

    phase: Phase
    since_ns: int
    reason: str = ""  # of the last loss or stall
    reconnects_today: int = 0
    last_data_ns: int = 0
    last_pong_ns: int = 0

    @property
    def is_live(self) -> bool:
        """Whether data can be relied on to come."""
        return self.phase is Phase.OPEN


class Record:
    """Keeps a stream's state as it changes."""

    def __init__(self) -> None:
        self.phase, self.since_ns, self.reason = Phase.CLOSED, 0, ""
        self.last_data_ns = self.last_pong_ns = 0
        self._day = dt.date.min
        self._reconnects = 0

    def enter(self, phase: Phase, now_ns: int, reason: str = "") -> None:
        """The connection stands elsewhere now; staying is no change."""
        self.reason = reason or self.reason
        if phase is not self.phase:
            self.phase, self.since_ns = phase, now_ns

    def reconnected(self, now_ns: int) -> None:
        """One more connection of today's, the first not counted."""
        self._turn_day(now_ns)
        self._reconnects += 1

    def state(self, now_ns: int) -> StreamState:
        """The state at a moment."""
        self._turn_day(now_ns)
        return StreamState(
            self.phase,
            self.since_ns,
            self.reason,
            self._reconnects,
            self.last_data_ns,
            self.last_pong_ns,
        )

    def _turn_day(self, now_ns: int) -> None:
        if ist_date(now_ns) != self._day:
            self._day, self._reconnects = ist_date(now_ns), 0
