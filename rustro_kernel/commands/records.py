"""`rustro replay`, `verify` and `why`: what a run folder says."""

from pathlib import Path

from rustro_kernel.records.run_folder import run_folder

Answer = tuple[int, str]
"""Exit code and text."""


def replay(folder: Path) -> Answer:
    """Feed the run's inputs again and compare."""
    from rustro_kernel.session.recorded import replay as replayed

    result = replayed(run_folder(folder))
    return (0 if result.is_identical else 1), str(result)


def verify(folder: Path) -> Answer:
    """Check chain, files, figures and the executed notebook."""
    from rustro_kernel.headless.verify import verify as found_wrong

    findings = found_wrong(run_folder(folder))
    if findings:
        return 1, "\n".join(map(str, findings))
    return 0, f"verified: {folder} is whole and unchanged"


def why(folder: Path, at: str | None) -> Answer:
    """Explain the day, or one minute of it."""
    from rustro_kernel.records.why import why as explained

    return 0, str(explained(run_folder(folder), at))
