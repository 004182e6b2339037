"""One alert, and the order of the levels."""

import msgspec

LEVELS = ("info", "warning", "critical")


class Alert(msgspec.Struct, frozen=True):
    """What a person is told.

    Attributes:
        about: What it is about: the limits count those about the same thing.
        told_ns: When, on a clock that only goes forward.
    """

    level: str
    text: str
    about: str
    told_ns: int


def reaches(level: str, threshold: str) -> bool:
    """Whether a level is at or above another one; "off" is below all."""
    return level in LEVELS and LEVELS.index(level) >= LEVELS.index(threshold)
