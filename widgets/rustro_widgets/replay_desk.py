"""The replay desk: a recorded day, step by step, as the engine decides it again.

It feeds the run's inputs to the very engine, as `rk.replay` does, and says whether what that states
is what was recorded. The run folder is only read; there is nothing to command but time.
"""

from pathlib import Path

import ipywidgets

from rustro_kernel.domain.errors import RustroError
from rustro_kernel.session.recorded import stepper
from rustro_widgets.panels import style
from rustro_widgets.panels.leaving import close_with_parts
from rustro_widgets.replaying import style as more_style
from rustro_widgets.replaying.board import Board
from rustro_widgets.replaying.head import refusal_html


class ReplayDesk(ipywidgets.VBox):
    """Steps through a run folder. `close()` lets go of it.

    A folder that cannot be replayed raises nothing: the desk says why.

    Args:
        run_dir: A run folder, of any mode, finished or not.
    """

    def __init__(self, run_dir: str | Path) -> None:
        self.board: Board | None = None
        try:
            self.board = Board(stepper(run_dir))
            parts = self.board.parts()
        except (RustroError, OSError) as exc:
            parts = [ipywidgets.HTML(refusal_html(str(run_dir), str(exc)))]
        css = ipywidgets.HTML(style.CSS + more_style.CSS, layout=ipywidgets.Layout(display="none"))
        super().__init__([css, *parts])
        self.add_class("rustro-cockpit")
        self.add_class("rustro-replay")

    def close(self) -> None:
        """End the timer and take the panel away; the run folder is as it was."""
        if self.board is not None:
            self.board.close()
        close_with_parts(self, super().close)
