"""What a run came to."""

from dataclasses import dataclass, field
from pathlib import Path

from rustro_kernel.records.report import Report


@dataclass(frozen=True, slots=True)
class SessionResult:
    """How a session ended: the exit code of DESIGN, why, its run folder and its report.

    Paper and live leave no folder on a day without trading.
    """

    exit_code: int
    reason: str
    folder: Path | None = None
    report: Report | None = field(default=None, repr=False)
