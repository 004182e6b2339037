"""What a session says of itself: `rustro status --json` prints it, the supervisor watches it."""

import msgspec

from rustro_kernel.engine.view import KillView, OrderView, PositionView


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """A session at one moment. Times in ns, money in paise.

    `ticks`, `bars` and `checks` count the work since the process began: ticks taken in, bars
    stated, entries evaluated. In trading hours each of them grows.
    """

    session_id: str
    mode: str
    account: str
    date: str
    pid: int
    folder: str
    started_ns: int  # of the process, by the wall
    wall_ns: int
    now_ns: int  # the engine's time
    state: str
    overlays: tuple[str, ...] = ()
    phase: str
    accepting_entries: bool
    refusals: tuple[str, ...] = ()
    can_resume: bool = False
    is_authenticated: bool = False
    connected: bool = False
    is_flat: bool = True  # by our own books
    is_flat_proven: bool = False
    positions: tuple[PositionView, ...] = ()
    orders: tuple[OrderView, ...] = ()
    trades: int = 0
    day_pnl_paise: int = 0
    vix_paise: int = 0
    token_ends_ns: int = 0  # 0: not known, or there are no tokens
    kill: KillView | None = None
    limited_until_ns: int = 0  # half size and one position until then; 0: no
    input: int = 0  # the last one the engine has taken
    ticks: int = 0
    bars: int = 0
    checks: int = 0
    seq: int = 0
    data_age_ms: int | None = None  # since the last tick came, by the wall; None: none came yet
    loop_lag_p99_ms: float = 0.0  # from intake to decision, of the last inputs
    loop_lag_max_ms: float = 0.0
    queue_depth: int = 0  # inputs that wait for the engine
    queue_age_ms: int = 0  # so long the first of them has been waiting
    disk_backlog: int = 0  # inputs that are not known to be on disk with what they caused
    stalls: int = 0
    rebuilt: int = 0  # engines thrown away after an error
    rate_budget: dict[str, int] = {}  # calls that may leave at once, by route group
    discarded: dict[str, int] = {}  # packets that never became ticks, by quality rule
    dropped: int = 0  # events that subscribers have missed
    rss_bytes: int = 0
    disk_free_bytes: int = 0


HEALTH = (
    *("ticks", "bars", "checks", "input", "seq", "data_age_ms"),
    *("loop_lag_p99_ms", "loop_lag_max_ms", "queue_depth", "queue_age_ms", "disk_backlog"),
    *("stalls", "rebuilt", "dropped", "rss_bytes", "disk_free_bytes", "token_ends_ns"),
)
"""Fields that say how a session fares."""


def health(status: Status) -> dict[str, int | float]:
    """Those fields; what is not known is left out."""
    known = {name: getattr(status, name) for name in HEALTH}
    if not status.token_ends_ns:
        del known["token_ends_ns"]
    return {name: value for name, value in known.items() if value is not None}
