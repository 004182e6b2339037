"""Breakers, limits, halts."""

from rustro_kernel.engine.events.payload import Payload


class VixSpike(Payload, frozen=True):
    """The VIX breaker: entries stop, everything is closed."""

    vix_paise: int
    rise_paise: int  # over the VIX at least 600 s ago
    rule: str  # level or rise


class VixNormalised(Payload, frozen=True):
    """VIX below the resume level for ten minutes."""

    vix_paise: int


class DailyLossLimitHit(Payload, frozen=True):
    """The day's loss reached the limit: halted for the day."""

    pnl_paise: int
    limit_paise: int


class ConsecutiveLossLimitHit(Payload, frozen=True):
    """Too many losses in a row: cooldown."""

    losses: int
    until_ns: int


class CooldownEnded(Payload, frozen=True):
    """Entries are allowed again; the count starts anew."""


class TradingHalted(Payload, frozen=True):
    """Entries are off: who says so, why, and what clears it."""

    reason: str
    why: str
    by: str
    clears: str


class TradingResumed(Payload, frozen=True):
    """One reason for no entries is gone."""

    reason: str


class MarginBreach(Payload, frozen=True):
    """Too much of the funds is used: the weakest position goes."""

    used_bps: int
    position_id: str
