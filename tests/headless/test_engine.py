"""The engine on small notebooks: what runs after a failure, and what is saved meanwhile."""

import nbformat
import papermill
import pytest
from nbclient.exceptions import DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook
from papermill.exceptions import PapermillExecutionError

from rustro_kernel.headless.course import Course
from rustro_kernel.headless.engine import ENGINE

pytestmark = [pytest.mark.kernel, pytest.mark.timeout(120)]
FAILS, FINE = "1 / 0", "print('drawn')"
FOLDER = "from rustro_kernel.records.readable import readable; readable(None)"


@pytest.fixture
def executed(tmp_path):
    """What a notebook of these cells is like afterwards; `*` marks the first that draws."""

    def execute(*sources: str, course: Course | None = None, **how: object):
        cells = [new_code_cell(source.removeprefix("*")) for source in sources]
        for cell, source in zip(cells, sources, strict=True):
            cell.metadata["tags"] = ["records"] if source.startswith("*") else []
        spec = {"name": "python3", "display_name": "rustro", "language": "python"}
        nbformat.write(
            new_notebook(cells=cells, metadata={"kernelspec": spec}), tmp_path / "in.ipynb"
        )
        error = None
        try:
            papermill.execute_notebook(
                tmp_path / "in.ipynb",
                tmp_path / "out.ipynb",
                engine_name=ENGINE,
                progress_bar=False,
                cwd=tmp_path,
                course=course,
                **how,
            )
        except (PapermillExecutionError, DeadKernelError) as exc:
            error = exc
        book = nbformat.read(tmp_path / "out.ipynb", as_version=4)
        return [_said(cell) for cell in book.cells if cell.cell_type == "code"], error

    return execute


def _said(cell) -> str:
    return " ".join(o.get("ename") or o.get("text", "").strip() for o in cell.outputs)


def test_after_a_failed_day_the_records_are_drawn_and_the_failure_is_the_exit(executed):
    course = Course()
    said, _ = executed(FAILS, "print('never')", f"*{FINE}", "[][0]", FINE, course=course)
    assert said == ["ZeroDivisionError", "", "drawn", "IndexError", "drawn"]
    assert course.failure == ("ZeroDivisionError", "division by zero")


def test_where_nothing_was_recorded_only_the_first_failure_is_shown(executed):
    course = Course()
    said, error = executed(FAILS, f"*{FOLDER}", FINE, course=course)
    assert said == ["ZeroDivisionError", "", ""]
    assert error.ename == "ZeroDivisionError"
    assert not course.has_records


def test_a_day_that_recorded_nothing_and_did_not_fail_is_no_failure(executed):
    assert executed("None", f"*{FOLDER}", FINE) == (["", "", ""], None)


def test_any_other_notebook_ends_at_its_first_failure(executed):
    said, error = executed(FINE, FAILS, FINE)
    assert said == ["drawn", "ZeroDivisionError", ""]
    assert error is not None


def test_a_dead_kernel_is_said_below_the_cell_it_died_in(executed, tmp_path):
    course = Course()
    died = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    _, error = executed(died, f"*{FINE}", course=course)
    assert isinstance(error, DeadKernelError)
    assert course.died == "signal SIGKILL"
    book = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert "The kernel died while the cell above ran (signal SIGKILL)" in book.cells[1].source
    assert book.metadata.papermill.exception
    assert book.cells[0].metadata.papermill.status == "failed"


def test_what_a_long_cell_says_is_on_disk_before_it_ends(executed):
    """The cell waits for its own words in the notebook's file."""
    waiting = (
        "import asyncio, pathlib\n"
        "seen = ''\n"
        "while 'word 3' not in seen:\n"
        "    for n in range(9): print('word', n)\n"
        "    await asyncio.sleep(0.1)\n"
        "    seen = pathlib.Path('out.ipynb').read_text()\n"
    )
    _, error = executed(waiting, autosave_cell_every=1)
    assert error is None
