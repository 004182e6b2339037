"""What a run came to."""

from dataclasses import dataclass, field
from pathlib import Path

from rustro_kernel.records.report import Report


@dataclass(frozen=True, slots=True)
class SessionResult:
    """How a session ended: the exit code of DESIGN, why, its run folder and its report.

    Paper and live leave no folder on a day without trading.

    Args:
        exit_code: That of `rustro run`: 0 done, 1 an error, 2 usage, 3 refused, 4 stopped by risk.
        reason: Why it ended, in words.
        folder: The run folder; None: none was made.
        report: The day in figures; None: there was no day.
    """

    exit_code: int
    reason: str
    folder: Path | None = None
    report: Report | None = field(default=None, repr=False)
