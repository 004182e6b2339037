"""A piece of work with a button to begin it, its progress, and a button to stop it."""

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

import ipywidgets

from rustro_kernel.domain.errors import RustroError
from rustro_widgets.panels.words import escape

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Running(Protocol[T_co]):
    """What `rk.start_sweep` and its kin give."""

    done: int
    of: int

    @property
    def is_over(self) -> bool: ...  # noqa: D102
    @property
    def partial(self) -> Callable[[], T_co]: ...  # noqa: D102
    def cancel(self) -> None: ...  # noqa: D102
    def result(self, timeout_s: float | None = None) -> T_co: ...  # noqa: D102


class Work(Generic[T]):
    """One kind of work; one at a time.

    Args:
        name: On the button.
        start: Begins it; what it raises is shown.
        changed: Asks for a drawing. From any thread.
    """

    def __init__(
        self, name: str, start: "Callable[[], Running[T]]", changed: Callable[[], None]
    ) -> None:
        self.job: Running[T] | None = None
        self._start, self._changed, self._problem = start, changed, ""
        self.button = ipywidgets.Button(
            description=name, icon="play", button_style="primary", layout={"width": "auto"}
        )
        self.stop = ipywidgets.Button(
            description="Cancel", icon="stop", layout={"width": "auto", "display": "none"}
        )
        self._bar = ipywidgets.FloatProgress(
            min=0, max=1, layout={"width": "160px", "display": "none"}
        )
        self._text = ipywidgets.HTML()
        self.button.on_click(lambda _: self.begin())
        self.stop.on_click(lambda _: self.cancel())
        self.widget = ipywidgets.HBox(
            [self.button, self.stop, self._bar, self._text], layout={"align_items": "center"}
        )

    @property
    def is_running(self) -> bool:
        """Whether it is at work."""
        return self.job is not None

    def begin(self) -> bool:
        """Start, unless it runs already. From any thread."""
        if self.job is not None:
            return False
        try:
            self.job, self._problem = self._start(), ""
        except RustroError as exc:
            self._problem = str(exc)
        self._changed()
        return self.job is not None

    def cancel(self) -> None:
        """Stop it, if it runs."""
        if self.job is not None:
            self.job.cancel()

    def show(self) -> "Running[T] | None":
        """Assign how far it is; a job that is over is handed back, once. On the loop only."""
        job = self.job
        over = job if job is not None and job.is_over else None
        if over is not None:
            self.job = None
        is_on = self.job is not None
        self.button.disabled = is_on
        for widget in (self.stop, self._bar):
            widget.layout.display = None if is_on else "none"
        if job is not None:
            self._bar.value = job.done / job.of if job.of else 0.0
        text = f"{job.done} of {job.of or '?'}" if job is not None and is_on else ""
        self._say(text)
        return over

    def fail(self, problem: str) -> None:
        """What went wrong, in a sentence."""
        self._problem = problem
        self._say("")

    def _say(self, text: str) -> None:
        problem = f'<span class="rustro-chip bad">{escape(self._problem)}</span>'
        self._text.value = (
            problem if self._problem else f'<span class="rustro-heading">{text}</span>'
        )


def ended(work: Work[T], job: Running[T]) -> T | None:
    """The result of a job that is over; what it raised is shown and gives None."""
    try:
        return job.result(0)
    except RustroError as exc:
        work.fail(str(exc))
    except Exception as exc:  # noqa: BLE001 - shown; the panel goes on
        work.fail(f"{type(exc).__name__}: {exc}")
    return None
