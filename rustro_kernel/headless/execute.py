"""Executes the session's notebook with papermill and says how the run ended."""

import sys
from collections.abc import Mapping
from pathlib import Path

import papermill
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError

from rustro_kernel.domain import errors
from rustro_kernel.domain.errors import BadConfig, DamagedRecord, RustroError, SessionFailed
from rustro_kernel.headless.engine import ENGINE
from rustro_kernel.headless.notebooks import session_notebook
from rustro_kernel.records import layout, manifest

NOTEBOOK = "session.ipynb"


def execute(
    folder: Path, parameters: Mapping[str, object], *, environment: Mapping[str, str]
) -> int:
    """Run the session's notebook into a folder; returns the exit code its manifest states.

    Args:
        folder: The run folder; made if missing.
        parameters: Written into the notebook.
        environment: For the kernel alone, beside what it inherits; in no file.

    Raises:
        RustroError: What a cell raised, where it is one of ours; else SessionFailed.
    """
    _make(folder)
    notebook = free_name(folder)
    failure = _execute_notebook(folder / notebook, parameters, environment)
    try:
        code = manifest.read_manifest(folder).exit_code
        manifest.update(folder, [notebook])
    except DamagedRecord as exc:
        _leave_nothing_half_written(folder)
        raise failure or SessionFailed(str(exc)) from exc
    if failure is not None:
        raise failure
    return code


def free_name(folder: Path) -> str:
    """session.ipynb; of a session that goes on session-2.ipynb, session-3.ipynb, ..."""
    name, number = NOTEBOOK, 1
    while (folder / name).exists():
        number += 1
        name = f"session-{number}.ipynb"
    return name


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise BadConfig("run.out", f"{folder} cannot be made: {exc.strerror}") from exc


def _execute_notebook(
    output: Path, parameters: Mapping[str, object], environment: Mapping[str, str]
) -> RustroError | None:
    """Run it; what went wrong in a cell is returned, since the records decide first."""
    escaped = str(output).replace("{", "{{").replace("}", "}}")  # papermill formats paths
    try:
        papermill.execute_notebook(
            session_notebook(),
            escaped,
            parameters=dict(parameters),
            engine_name=ENGINE,
            kernel_name="python3",
            progress_bar=False,
            stdout_file=sys.stdout,
            stderr_file=sys.stderr,
            kernel_environment=dict(environment),
        )
    except PapermillExecutionError as exc:
        return _ours(exc.ename, exc.evalue)
    except DeadKernelError:
        return SessionFailed("the kernel died; what was recorded until then is in the run folder")
    except OSError as exc:  # the last save: the session is over by now
        return SessionFailed(f"{output} cannot be written: {exc.strerror or exc}")
    return None


def _ours(name: str, sentence: str) -> RustroError:
    """The error of a cell: with the code of its class where the class is one of ours."""
    kind = getattr(errors, name, None)
    if not (isinstance(kind, type) and issubclass(kind, RustroError)):
        return SessionFailed(f"a cell of {NOTEBOOK} failed: {name}: {sentence}")
    codes = {"code": kind.code, "exit_code": kind.exit_code}
    found: RustroError = type(name, (RustroError,), codes)(sentence)  # its facts stayed there
    return found


def _leave_nothing_half_written(folder: Path) -> None:
    """Remove a folder in which no run was begun."""
    if not (folder / layout.EVENTS).exists():
        (folder / NOTEBOOK).unlink(missing_ok=True)
        if not any(folder.iterdir()):
            folder.rmdir()
