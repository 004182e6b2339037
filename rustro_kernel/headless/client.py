"""Runs the cells of a session's notebook, those after a failed day too."""

import signal
from typing import Any

from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat.v4 import new_markdown_cell
from papermill.clientwrap import PapermillNotebookClient

from rustro_kernel.domain.errors import NothingRecorded
from rustro_kernel.headless.course import Course
from rustro_kernel.headless.executed import NOTE, RECORDS, tags

DIED = (
    "**The kernel died while the cell above ran ({how}).** What the session was told and what it "
    "decided until then is in its run folder. Paper and live go on from there: start the same "
    "command again."
)


class SessionClient(PapermillNotebookClient):  # type: ignore[misc]  # papermill is untyped
    """Cells before the one tagged `records` are the day; that one and those after it draw it.

    The day ends at its first failure, or before it begins if that is asked for. Then its records
    are drawn all the same, cell by cell, whatever one of them says. A notebook without that tag is
    executed as papermill does.
    """

    def __init__(self, nb_man: Any, *, course: Course, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(nb_man, **kwargs)
        self._course = course
        found = [i for i, cell in enumerate(self.nb.cells) if RECORDS in tags(cell)]
        self._drawing_from = found[0] if found else len(self.nb.cells)
        course.is_session = bool(found)

    def execute(self, **kwargs: Any) -> Any:  # noqa: ANN401
        """Run all cells."""
        with self._course.watched():
            return super().execute(**kwargs)

    def papermill_execute_cells(self) -> None:
        """In order; called by papermill when the kernel is up."""
        self._course.kernel = getattr(self.km.provisioner, "pid", None) or 0
        try:
            if self._day():
                self._draw()
        finally:
            self._course.kernel = 0

    def _day(self) -> bool:
        """Whether there may be something to draw."""
        course = self._course
        for index in range(self._drawing_from):
            course.is_day = True
            if course.asked or not self._runs(index):
                break
        course.is_day = False
        return course.is_session

    def _draw(self) -> None:
        first, before = self._drawing_from, self._course.failure
        if self._runs(first):
            for index in range(first + 1, len(self.nb.cells)):
                self._runs(index)
            return
        self._course.has_records = False
        cell = self.nb.cells[first]
        if before or self._course.asked or _ename(cell) == NothingRecorded.__name__:
            self._course.failure = before
            self._take_back(cell)

    def _take_back(self, cell: Any) -> None:  # noqa: ANN401 - a cell is a dict of nbformat's
        """What it says is no failure of its own."""
        cell.outputs = []
        cell.metadata.papermill["exception"] = False
        cell.metadata.papermill["status"] = self.nb_man.PENDING
        if self._course.failure is None:
            self.nb.metadata.papermill["exception"] = None

    def _runs(self, index: int) -> bool:
        """Execute a cell as papermill does; whether it came to its end."""
        cell = self.nb.cells[index]
        try:
            self.nb_man.cell_start(cell, index)
            self.execute_cell(cell, index)
        except CellExecutionError as exc:
            self.nb_man.cell_exception(cell, cell_index=index, exception=exc)
            self._course.failure = self._course.failure or (exc.ename, exc.evalue)
            return False
        except DeadKernelError as exc:
            self._bury(cell, index)
            self.nb_man.cell_exception(cell, cell_index=index, exception=exc)
            raise
        finally:
            self.nb_man.cell_complete(self.nb.cells[index], cell_index=index)
        return True

    def _bury(self, cell: Any, index: int) -> None:  # noqa: ANN401
        """Say in the notebook that the kernel is dead, below the cell it died in."""
        code = getattr(getattr(self.km.provisioner, "process", None), "returncode", None)
        self._course.died = how_it_ended(code)
        note = new_markdown_cell(DIED.format(how=self._course.died))
        note.metadata["tags"] = [NOTE]
        note.metadata["papermill"] = dict(cell.metadata.papermill)
        self.nb.cells.insert(index + 1, note)


def how_it_ended(code: int | None) -> str:
    """A return code in words."""
    if code is None:
        return "how is not known"
    return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"


def _ename(cell: Any) -> str:  # noqa: ANN401
    """The error a cell ended with; empty if none."""
    outputs = cell.get("outputs", [])
    return next((o["ename"] for o in outputs if o["output_type"] == "error"), "")
