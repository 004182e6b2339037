"""The words of the strategy: directions, triggers, gates and reasons."""

from enum import Enum

import msgspec


class Direction(Enum):
    """What the day allows."""

    CE = "CE"
    PE = "PE"
    NO_TRADE = "NO_TRADE"


class TriggerKind(Enum):
    """What asked for an entry."""

    BREAKOUT = "BREAKOUT"
    PULLBACK = "PULLBACK"
    CUSTOM = "CUSTOM"


class Gate(msgspec.Struct, frozen=True):
    """One condition of one decision. `ok` is None when it was not evaluated, never False then."""

    name: str
    value: float | int | str | None
    threshold: float | int | str | None
    ok: bool | None


class ExitReason(Enum):
    """Why a position is closed. The number of its priority is in `PRIORITY`."""

    KILL = "KILL"
    SHUTDOWN = "SHUTDOWN"
    TOKEN = "TOKEN"  # noqa: S105 - a reason, not a secret
    VIX = "VIX"
    EOD = "EOD"
    OPERATOR = "OPERATOR"
    DAILY_LOSS = "DAILY_LOSS"
    MARGIN = "MARGIN"
    STOP_LOSS = "STOP_LOSS"
    TRAILING_STOP = "TRAILING_STOP"
    TARGET = "TARGET"
    ALIGNMENT_LOST = "ALIGNMENT_LOST"
    LOW_VOLUME = "LOW_VOLUME"
    STRATEGY_INVALIDATED = "STRATEGY_INVALIDATED"


PRIORITY = {
    ExitReason.KILL: 1,
    ExitReason.SHUTDOWN: 1,
    ExitReason.TOKEN: 1,
    ExitReason.VIX: 1,
    ExitReason.EOD: 1,
    ExitReason.OPERATOR: 1,
    ExitReason.STOP_LOSS: 2,
    ExitReason.MARGIN: 2,
    ExitReason.DAILY_LOSS: 2,
    ExitReason.TARGET: 3,
    ExitReason.TRAILING_STOP: 3,
    ExitReason.ALIGNMENT_LOST: 4,
    ExitReason.LOW_VOLUME: 4,
    ExitReason.STRATEGY_INVALIDATED: 4,
}
"""1 mandatory, 2 risk, 3 profit, 4 technical; within one number the earlier line comes first."""
