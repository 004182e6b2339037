"""The words of the strategy: directions, triggers, gates and reasons."""

from enum import Enum

import msgspec


class Direction(Enum):
    """What the day allows.

    Attributes:
        CE: Calls are bought.
        PE: Puts are bought.
        NO_TRADE: Nothing is bought.
    """

    CE = "CE"
    PE = "PE"
    NO_TRADE = "NO_TRADE"


class TriggerKind(Enum):
    """What asked for an entry.

    Attributes:
        BREAKOUT: A minute closed past the last full hour, on volume.
        PULLBACK: A 5m bar closed back across the EMA.
        CUSTOM: A rule of a strategy of your own.
    """

    BREAKOUT = "BREAKOUT"
    PULLBACK = "PULLBACK"
    CUSTOM = "CUSTOM"


class Gate(msgspec.Struct, frozen=True):
    """One condition of one decision.

    Attributes:
        name: Lower case; with a dot it is a part of the gate before the dot, and with `_paise` at
            its end value and threshold are paise, shown in rupees.
        value: What was found; None: nothing is known.
        threshold: What it was held against.
        ok: The verdict; None: not evaluated, and then it is never False.
    """

    name: str
    value: float | int | str | bool | None
    threshold: float | int | str | bool | None
    ok: bool | None


class ExitReason(Enum):
    """Why a position is closed. The number of its priority is in `PRIORITY`."""

    EOD = "EOD"
    TOKEN = "TOKEN"  # noqa: S105 - a reason, not a secret
    VIX = "VIX"
    SHUTDOWN = "SHUTDOWN"
    KILL = "KILL"
    OPERATOR = "OPERATOR"
    STOP_LOSS = "STOP_LOSS"
    BROKER_STOP = "BROKER_STOP"  # sold by the stop that rests at the broker
    MARGIN = "MARGIN"
    DAILY_LOSS = "DAILY_LOSS"
    TARGET = "TARGET"
    TRAILING_STOP = "TRAILING_STOP"
    ALIGNMENT_LOST = "ALIGNMENT_LOST"
    LOW_VOLUME = "LOW_VOLUME"
    STRATEGY_INVALIDATED = "STRATEGY_INVALIDATED"
    LATE_FILL = "LATE_FILL"  # bought after its position was closed
    RECONCILED = "RECONCILED"  # gone at the broker without an order of ours


PRIORITY = {
    ExitReason.EOD: 1,
    ExitReason.TOKEN: 1,
    ExitReason.VIX: 1,
    ExitReason.SHUTDOWN: 1,
    ExitReason.KILL: 1,
    ExitReason.OPERATOR: 1,
    ExitReason.LATE_FILL: 1,
    ExitReason.RECONCILED: 1,
    ExitReason.STOP_LOSS: 2,
    ExitReason.BROKER_STOP: 2,
    ExitReason.MARGIN: 2,
    ExitReason.DAILY_LOSS: 2,
    ExitReason.TARGET: 3,
    ExitReason.TRAILING_STOP: 3,
    ExitReason.ALIGNMENT_LOST: 4,
    ExitReason.LOW_VOLUME: 4,
    ExitReason.STRATEGY_INVALIDATED: 4,
}
"""1 mandatory, 2 risk, 3 profit, 4 technical; within one number the order above."""
