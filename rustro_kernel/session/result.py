"""What a run came to."""

from dataclasses import dataclass, field
from pathlib import Path

from rustro_kernel.records.report import Report


@dataclass(frozen=True, slots=True)
class SessionResult:
    """How a session ended: the exit code of DESIGN, why, its run folder and its report."""

    exit_code: int
    reason: str
    folder: Path
    report: Report = field(repr=False)
