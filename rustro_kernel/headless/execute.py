"""Executes the session's notebook with papermill and says how the run ended."""

from collections.abc import Mapping
from pathlib import Path

import papermill
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError

from rustro_kernel.domain import errors
from rustro_kernel.domain.errors import BadConfig, DamagedRecord, RustroError, SessionFailed
from rustro_kernel.headless.aftermath import drawn_later, sealed_as_it_is
from rustro_kernel.headless.course import Course
from rustro_kernel.headless.engine import ENGINE
from rustro_kernel.headless.executed import NOTEBOOK, free_name, notebooks
from rustro_kernel.headless.notebooks import session_notebook
from rustro_kernel.headless.terminal import standard_errors, standard_output
from rustro_kernel.records import layout, manifest

AUTOSAVE_S = 15


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
    notebook, course = free_name(folder), Course()
    with course.watched():
        return _executed(folder, notebook, parameters, environment, course)


def _executed(
    folder: Path,
    notebook: str,
    parameters: Mapping[str, object],
    environment: Mapping[str, str],
    course: Course,
) -> int:
    failure = _execute_notebook(folder / notebook, parameters, environment, course)
    if not _has_begun(folder, course):
        return _nothing_began(folder, notebook, course, failure)
    if not (folder / layout.MANIFEST).is_file():
        failure = failure or SessionFailed("it ended without its manifest")
        sealed_as_it_is(folder, failure, is_dead=bool(course.died))
    if course.died:
        drawn_later(folder, notebook)
    try:
        code = manifest.read_manifest(folder).exit_code
        manifest.update(folder, notebooks(folder))
    except DamagedRecord as exc:
        raise failure or SessionFailed(str(exc)) from exc
    if failure is not None:
        raise failure
    return code


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise BadConfig("run.out", f"{folder} cannot be made: {exc.strerror}") from exc


def _has_begun(folder: Path, course: Course) -> bool:
    """Whether this start recorded anything; a kernel that died may have."""
    events = folder / layout.EVENTS
    return course.has_records and events.is_file() and events.stat().st_size > 0


def _nothing_began(folder: Path, notebook: str, course: Course, failure: RustroError | None) -> int:
    """Leave nothing of it; whoever asked it to stop before it began has what they wanted."""
    (folder / notebook).unlink(missing_ok=True)
    if not any(folder.iterdir()):
        folder.rmdir()
    if course.asked:
        return 0
    if failure is not None:
        raise failure
    return 0  # no trading day


def _execute_notebook(
    output: Path,
    parameters: Mapping[str, object],
    environment: Mapping[str, str],
    course: Course,
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
            autosave_cell_every=AUTOSAVE_S,
            stdout_file=standard_output(),
            stderr_file=standard_errors(),
            course=course,
            kernel_environment=dict(environment),
        )
    except PapermillExecutionError as exc:
        return _ours(*(course.failure or (exc.ename, exc.evalue)))
    except DeadKernelError:
        return SessionFailed(
            f"the kernel died ({course.died or 'in its start'}); what was recorded until then is "
            "in the run folder"
        )
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
