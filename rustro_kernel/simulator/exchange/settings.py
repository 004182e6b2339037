"""The test account and the exchange's habits; every uncertain one is a field."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Account:
    """The one account of the simulated broker; the defaults are public test values."""

    client: str = "SIM001"
    pin: str = field(default="1234", repr=False)
    api_key: str = field(default="simkey", repr=False)
    totp_seed: str = field(default="GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", repr=False)
    funds_paise: int = 10_00_000_00


@dataclass(frozen=True, slots=True)
class Habits:
    """How this exchange behaves where the real one is uncertain or can be switched.

    Args:
        registered_ip: Order writes from elsewhere get AG7002; None takes them from everywhere.
        has_limits: Rate limits are enforced.
        takes_market_and_ioc: MARKET orders become protected limits and IOC is taken; barred for
            API users since 2026-04-01.
        refuses_price_at_once: A price off tick or band fails placeOrder itself; otherwise the
            order is accepted and rejected a moment later.
        has_new_columns: The master has freeze_qty and is_cas_enabled.
        master_rows: The master is filled up to so many rows with shares that never trade.
        validate_ms: From receipt to the broker's own checks.
        reach_ms: From there to the exchange, and for each modification and cancellation.
        quota: Subscriptions of one market connection, token times mode.
        connections: Sockets of one client and stream.
        idle_s: A socket silent for so long is closed, in wall time.
        repeat_s: An instrument without news is sent again so often.
    """

    registered_ip: str | None = None
    has_limits: bool = True
    takes_market_and_ioc: bool = False
    refuses_price_at_once: bool = True
    has_new_columns: bool = True
    master_rows: int = 0
    validate_ms: int = 40
    reach_ms: int = 60
    quota: int = 1000
    connections: int = 3
    idle_s: float = 30.0
    repeat_s: float = 6.0
