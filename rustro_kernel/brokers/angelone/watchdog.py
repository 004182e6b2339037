"""When a connection that looks open must be taken for dead. Sans-I/O; times in epoch ns."""

from collections.abc import Callable

from rustro_kernel.brokers.angelone.stream_state import StreamSettings
from rustro_kernel.domain.market_time import SECOND

MISSED = 5
"""So many beats of a stream that do not come are a stall; ticks closer together are one beat."""
WEIGHT = 8
"""Each interval moves the usual one by an eighth of what it was off."""
MOST_DOUBLED = 16


class Heartbeat:
    """Pings at intervals; a peer that used to answer and does not any more is gone.

    Any message counts as an answer. A peer that never answered a ping on this connection is not
    judged by it: some answer with a payload of their own that cannot be matched.
    """

    def __init__(self, settings: StreamSettings) -> None:
        self._interval_ns = int(settings.ping_interval_s * SECOND)
        self._timeout_ns = int(settings.pong_timeout_s * SECOND)
        self.begin(0)

    def begin(self, now_ns: int) -> None:
        """A new connection."""
        self._pinged_ns = now_ns
        self._heard_ns = now_ns
        self._answers = False

    def heard(self, now_ns: int) -> None:
        """Some message came."""
        self._heard_ns = now_ns

    def ponged(self, now_ns: int) -> None:
        """A ping was answered."""
        self._heard_ns, self._answers = now_ns, True

    def is_due(self, now_ns: int) -> bool:
        """Whether to ping now; if so, it is taken as done."""
        if now_ns - self._pinged_ns < self._interval_ns:
            return False
        self._pinged_ns = now_ns
        return True

    def is_dead(self, now_ns: int) -> bool:
        """Whether nothing answered the last ping in time."""
        is_late = now_ns - self._pinged_ns >= self._timeout_ns
        return self._answers and is_late and self._heard_ns < self._pinged_ns


class StallWatch:
    """A stream that is open, subscribed and inside the hours, yet brings nothing, has stalled.

    One that brought something every second has after `stall_fast_s`, one that spoke seldom after
    `stall_s`. The limit doubles with each stall until data flows again, up to `stall_max_s`: a halt
    nobody announced must not become a reconnect loop.
    """

    def __init__(self, settings: StreamSettings, is_open: Callable[[int], bool]) -> None:
        self._first_ns = int(settings.stall_s * SECOND)
        self._most_ns = int(settings.stall_max_s * SECOND)
        self._beat_ns = int(settings.stall_fast_s * SECOND) // MISSED
        self._is_open = is_open
        self._stalls = 0  # since data flowed
        self._usual_ns = self._first_ns  # between two beats: slow until it has proved fast
        self._heard_ns = self._quiet_since_ns = 0

    def begin(self, now_ns: int) -> None:
        """The clock starts: connected, or subscribed for the first time."""
        self._heard_ns = self._quiet_since_ns = now_ns

    def fed(self, now_ns: int) -> None:
        """A tick was accepted."""
        self._quiet_since_ns, self._stalls = now_ns, 0
        interval_ns = now_ns - self._heard_ns
        if interval_ns < self._beat_ns:
            return
        self._heard_ns = now_ns
        if interval_ns < self._first_ns:
            self._usual_ns += (interval_ns - self._usual_ns) // WEIGHT

    def is_stalled(self, now_ns: int) -> bool:
        """Whether the silence is too long; if so, the next limit is twice as long."""
        if not self._is_open(now_ns):
            self._quiet_since_ns = now_ns  # the market's silence is nobody's fault
            return False
        allowed_ns = min(MISSED * self._usual_ns, self._first_ns) << self._stalls
        if now_ns - self._quiet_since_ns < min(allowed_ns, self._most_ns):
            return False
        self._stalls = min(self._stalls + 1, MOST_DOUBLED)
        return True
