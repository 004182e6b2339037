"""What a run came to."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SessionResult:
    """How a session ended: the exit code of DESIGN, why, its report and its run folder."""

    exit_code: int
    reason: str
    folder: Path
    report: dict[str, object] = field(default_factory=dict, repr=False)
