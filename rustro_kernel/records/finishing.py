"""What a finished run has beside its ledger: made from it when the session has ended."""

from pathlib import Path

from rustro_kernel.records import layout
from rustro_kernel.records.incident_files import rebuild_incidents
from rustro_kernel.records.manifest import seal, update
from rustro_kernel.records.page.day import write_page
from rustro_kernel.records.projections import rebuild
from rustro_kernel.records.report import Report, write_report


def completed(folder: Path) -> Report:
    """Orders, trades, positions, incidents and the report, written anew.

    Raises:
        DamagedRecord: If the ledger cannot be read.
    """
    rebuild(folder)
    rebuild_incidents(folder)
    return write_report(folder)


def finished(
    folder: Path, *, exit_code: int, reason: str, started_ns: int, ended_ns: int, code: str = ""
) -> Report:
    """The same, and the manifest over all of it; `code` is the hash of what has run.

    Raises:
        DamagedRecord: If the ledger cannot be read.
    """
    made = completed(folder)
    seal(
        folder,
        exit_code=exit_code,
        reason=reason,
        started_ns=started_ns,
        ended_ns=ended_ns,
        code=code,
    )
    write_page(folder, made)  # after the seal: nothing that counts waits for a picture
    update(folder, [layout.PAGE])
    return made
