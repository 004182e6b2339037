"""A kill on its way to a flat account, as the state keeps it."""

import msgspec

PROVEN_FLAT = "PROVEN_FLAT"


class Kill(msgspec.Struct):
    """What a kill has come to so far; 0 stands for not yet."""

    cause: int
    begun_ns: int
    entries_ended_ns: int = 0
    flat_ns: int = 0  # by our own books
    attempts: int = 0  # at having the broker say so
    is_asked: bool = False
    outcome: str = ""  # of `KillCompleted`; empty: it is not over
    is_overdue: bool = False

    @property
    def is_proven(self) -> bool:
        """Whether the broker said that nothing is held."""
        return self.outcome == PROVEN_FLAT

    @property
    def is_over(self) -> bool:
        """Whether nothing more is tried."""
        return bool(self.outcome)
