"""Two parameters swept against each other: which, over what, and the heat map."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import ipywidgets

from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.research.sweep.grid import Span, choices_of
from rustro_kernel.research.sweep.search import start_sweep
from rustro_kernel.research.sweep.sweeper import Sweeper
from rustro_widgets.tuning.heat_map import HeatMap
from rustro_widgets.tuning.heat_values import FIGURES, VIEWS, heat
from rustro_widgets.tuning.parameter import Parameter
from rustro_widgets.tuning.steps import ladder
from rustro_widgets.tuning.work import Running, Work, ended

if TYPE_CHECKING:
    import pandas as pd

Grid = dict[str, Sequence[Any]]
NARROW = {"width": "130px"}


class SweepPane:
    """Plays every combination of two parameters around where the sliders stand.

    Args:
        sweeper: What plays.
        numbers: The parameters that can be swept, with their values now.
        params: What the sliders say now.
        picked: Called with the two values of a cell that was clicked.
        changed: Asks for a drawing.
    """

    def __init__(
        self,
        sweeper: Sweeper,
        numbers: Callable[[], list[Parameter]],
        params: Callable[[], Mapping[str, Any]],
        picked: Callable[[dict[str, Any]], None],
        changed: Callable[[], None],
    ) -> None:
        self._sweeper, self._params, self._numbers = sweeper, params, numbers
        self.table: pd.DataFrame | None = None
        self._grid: Grid = {}
        self._drawn: tuple[object, ...] = ()
        found = numbers()
        self._axes = [_Axis(found, at) for at in (0, 1)]
        self._figure = ipywidgets.Dropdown(options=list(FIGURES), layout=NARROW)
        self._view = ipywidgets.ToggleButtons(
            options=list(VIEWS), style={"button_width": "auto"}, layout={"width": "auto"}
        )
        self.work: Work[pd.DataFrame] = Work("Sweep", self._start, changed)
        self._map = HeatMap(picked)
        for widget in (self._figure, self._view):
            widget.observe(lambda _: changed(), "value")
        row = {"align_items": "center", "flex_flow": "row wrap"}
        self.widget = ipywidgets.VBox(
            [
                ipywidgets.HBox([each.widget for each in self._axes], layout=row),
                ipywidgets.HBox([self.work.widget, self._figure, self._view], layout=row),
                self._map.widget,
            ]
        )

    @property
    def names(self) -> dict[str, str]:
        """What keys are called on the sliders."""
        return {each.key: each.said for each in self._numbers()}

    @property
    def grid(self) -> Grid:
        """The two keys with their values.

        Raises:
            BadUsage: If they are one and the same, or a range is none.
        """
        (across, columns), (up, rows) = (axis.values for axis in self._axes)
        if across == up:
            raise BadUsage("the two parameters of a sweep differ")
        return {across: columns, up: rows}

    def begin(self, grid: Mapping[str, object]) -> bool:
        """Choose two parameters with their values, and sweep."""
        for axis, (key, values) in zip(self._axes, grid.items(), strict=True):
            axis.take(key, values)
        return self.work.begin()

    def show(self) -> None:
        """Draw what there is. On the loop only."""
        job = self.work.job
        over = self.work.show()
        if over is not None:
            found = ended(self.work, over)
            self.table = self.table if found is None else found
        elif job is not None:
            self.table = job.partial()
        if self.table is None:
            return
        state = (len(self.table), id(self._grid), self._figure.value, self._view.value)
        if state != self._drawn:
            self._drawn = state
            shown = heat(self.table, self._grid, self._figure.value, self._view.value, self.names)
            self._map.show(shown, self._figure.value)

    def _start(self) -> "Running[pd.DataFrame]":
        grid = self.grid
        fixed = {key: [value] for key, value in self._params().items() if key not in grid}
        self._grid = grid
        return start_sweep(self._sweeper, grid={**fixed, **grid})


class _Axis:
    """One of the two: a list of parameters, and its values as text."""

    def __init__(self, found: Sequence[Parameter], at: int) -> None:
        self._found = {each.key: each for each in found}
        options = [(f"{each.label} ({each.key.split('.')[0]})", each.key) for each in found]
        keys = list(self._found)
        self._key = ipywidgets.Dropdown(
            options=options,
            value=keys[at] if len(keys) > at else None,
            description=("across", "up")[at],
            style={"description_width": "50px"},
            layout={"width": "270px"},
        )
        self._text = ipywidgets.Text(
            layout=NARROW, tooltip="START:STOP:STEP, or values with commas"
        )
        self._key.observe(lambda _: self._propose(), "value")
        self.widget = ipywidgets.HBox([self._key, self._text])
        self._propose()

    @property
    def values(self) -> tuple[str, Sequence[Any]]:
        """The key and its values."""
        key = self._key.value
        if key is None:
            raise BadUsage("this strategy has no two numbers to sweep")
        found = choices_of({key: self._text.value})[key]
        if isinstance(found, Span):
            raise BadUsage(f"{key}: a sweep wants START:STOP:STEP, or values with commas")
        return key, sorted(set(found))

    def take(self, key: str, values: object) -> None:
        """Set both."""
        self._key.value = key
        is_text = isinstance(values, str)
        self._text.value = values if is_text else ", ".join(f"{v:g}" for v in values)  # type: ignore[attr-defined]

    def _propose(self) -> None:
        if self._key.value is not None:
            one = self._found[self._key.value]
            start = one.value if one.value is not None else (one.low + one.high) / 2
            values = ladder(one.low, one.high, float(start), one.step)
            self._text.value = ", ".join(f"{value:g}" for value in values)
