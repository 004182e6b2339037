"""A walk-forward over the sweep's two parameters, shown as a strip."""

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets

from rustro_kernel.research.sweep.sweeper import Sweeper
from rustro_kernel.research.walk import WalkForward
from rustro_kernel.research.walk_job import start_walk_forward
from rustro_widgets.tuning.walk_strip import walk_html
from rustro_widgets.tuning.work import Running, Work, ended

HINT = (
    "Chooses the best set of the sweep's two parameters on the past, again and again, and shows "
    "only what it then traded: the days that could not help to choose."
)


class WalkPane:
    """Starts it, shows its progress and then its result.

    Args:
        sweeper: Whose data, strategy and settings.
        grid: The two parameters with their values.
        names: What keys are called on the sliders.
        params: What the sliders say now; they hold for all sets.
        changed: Asks for a drawing.
    """

    def __init__(
        self,
        sweeper: Sweeper,
        grid: Callable[[], Mapping[str, object]],
        names: Callable[[], Mapping[str, str]],
        params: Callable[[], Mapping[str, Any]],
        changed: Callable[[], None],
    ) -> None:
        self.walk: WalkForward | None = None
        self._sweeper, self._grid, self._names, self._params = sweeper, grid, names, params
        self.work: Work[WalkForward] = Work("Walk forward", self._start, changed)
        self._html = ipywidgets.HTML(f'<div class="rustro-heading">{HINT}</div>')
        self.widget = ipywidgets.VBox([self.work.widget, self._html])

    def show(self) -> None:
        """Draw what there is. On the loop only."""
        over = self.work.show()
        found = ended(self.work, over) if over is not None else None
        if found is not None:
            self.walk = found
            self._html.value = walk_html(found, self._names())

    def _start(self) -> "Running[WalkForward]":
        grid = self._grid()
        fixed = {key: value for key, value in self._params().items() if key not in grid}
        return start_walk_forward(self._sweeper.planned(fixed), grid)
