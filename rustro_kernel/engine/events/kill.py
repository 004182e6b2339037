"""The kill switch, from its activation to a flat account, and the limited hour after it."""

import msgspec

from rustro_kernel.engine.events.payload import Payload


class Exposed(msgspec.Struct, frozen=True):
    """A position that is open, with what protects it at the broker."""

    position_id: str
    symbol: str
    units: int
    cost_paise: int
    bid_paise: int
    protective_stop: str


class Pending(msgspec.Struct, frozen=True):
    """An order that is not over."""

    tag: str
    side: str
    symbol: str
    units: int
    filled: int
    state: str


class KillSwitchActivated(Payload, frozen=True):
    """No new orders; everything is cancelled and closed."""

    actor: str
    reason: str
    positions: int
    exposed: tuple[Exposed, ...]
    pending: tuple[Pending, ...]


class KillStageReached(Payload, frozen=True):
    """Entries are over (ENTRIES_ENDED), or nothing is open by our own books (BOOKS_FLAT)."""

    stage: str
    after_ms: int  # since the kill


class KillChecked(Payload, frozen=True):
    """The broker said what the account holds of what was traded today."""

    attempt: int
    held: dict[str, int]  # instrument -> units; empty: flat


class KillOverdue(Payload, frozen=True):
    """The kill's deadline passed and it is not proven flat; exits go on."""

    after_ms: int
    exposed: tuple[Exposed, ...]
    pending: tuple[Pending, ...]


class KillCompleted(Payload, frozen=True):
    """Our books are flat, and whether the broker said so too: only PROVEN_FLAT means it did."""

    outcome: str  # PROVEN_FLAT, BROKER_DISAGREES or BROKER_SILENT
    after_ms: int
    attempts: int
    held: dict[str, int]  # by the broker's last word


class LimitedModeStarted(Payload, frozen=True):
    """Trading was resumed after a kill: smaller and with fewer positions for a while."""

    reason: str
    until_ns: int
    size_bps: int
    max_positions: int


class LimitedModeEnded(Payload, frozen=True):
    """Full size again."""
