"""Which events a person is told of, and how loud: the one table, under `alerts.rules`.

What the engine itself alerts about comes as `Alerted`, at its own level, and stands here only
where the event says more. An `Alerted` that an event of this table caused is not told twice.
"""

from collections.abc import Callable, Mapping
from typing import Any

from rustro_kernel.domain.errors import BadConfig
from rustro_kernel.engine.events import REGISTRY

Level = str | Callable[[Any], str]
"""A level, or what gives it for the event's payload."""

WAITS_FOR_A_PERSON = ("PAUSED", "OUTAGE")
"""Halts that have no event of their own in the table; the others come and go by themselves."""

TABLE: Mapping[str, Level] = {
    # the day
    "LogInitialized": "info",
    "SessionRestarted": "warning",
    "LedgerRepaired": "warning",
    "NoTradeModeActivated": "info",
    "HistorySyncFailed": "critical",
    "ShutdownRequested": "info",
    "ShutdownCompleted": lambda data: "critical" if data.exit_code else "info",
    # the account
    "PositionOpened": "info",
    "PositionClosed": "info",
    "PositionReconciled": "critical",
    "OrphanFound": "critical",
    "OversoldFound": "critical",
    "UnclosedAtClose": "critical",
    "OrderRejected": "warning",
    "OrderOutcomeUnknown": "warning",
    "OrderReportImpossible": "warning",
    "LateFillAdopted": "warning",
    # what stops trading
    "KillSwitchActivated": "critical",
    "KillOverdue": "critical",
    "KillCompleted": lambda data: "info" if data.outcome == "PROVEN_FLAT" else "critical",
    "DailyLossLimitHit": "critical",
    "ConsecutiveLossLimitHit": "warning",
    "VixSpike": "critical",
    "MarginBreach": "warning",
    "TradingHalted": lambda data: "warning" if data.reason in WAITS_FOR_A_PERSON else "off",
    "TokenExpiryWarning": "off",  # it is renewed; TokenInvalid says if not
    "TokenInvalid": "critical",
    "StrategyFailed": "critical",
    "StrategyStalled": "critical",
    "InboxBacklog": "critical",
    "PositionQuoteLate": "critical",
    "RecoveryFailed": "warning",
    "Alerted": lambda data: data.level,
}
ABOUT = ("tag", "position_id", "symbol", "instrument", "reason", "text")
"""The first of these fields an event has says what it is about, besides its name."""


def about(name: str, data: object) -> str:
    """What an event is about, for the limits: its name and what it concerns."""
    concern = next((str(getattr(data, field)) for field in ABOUT if hasattr(data, field)), "")
    return f"{name} {concern}".rstrip()


def level_of(data: object, level: Level) -> str:
    """The level of an event by its entry."""
    return level if isinstance(level, str) else level(data)


def ruled(rules: Mapping[str, str]) -> dict[str, Level]:
    """The table with a user's rules over it.

    Raises:
        BadConfig: If a rule names no event.
    """
    for name in rules:
        if name not in REGISTRY:
            raise BadConfig("alerts.rules", f"{name!r} is no event, such as PositionClosed")
    return {**TABLE, **rules}
