"""The heat map: a bqplot grid whose cells can be clicked."""

from collections.abc import Callable
from typing import Any

import bqplot
import ipywidgets

from rustro_widgets.panels.words import escape
from rustro_widgets.tuning.heat_values import FIGURES, LESS_IS_BETTER, NEUTRAL, Heat, ends

BAD, MIDDLE, GOOD = "#e08a4f", "#f3f0ea", "#5b9fd0"
"""Apart for every kind of colour vision, and light enough for dark figures in them."""


class HeatMap:
    """Shows a grid; a click on a cell hands its two values to `picked`."""

    def __init__(self, picked: Callable[[dict[str, Any]], None]) -> None:
        self._picked, self._heat = picked, None  # type: tuple[Callable[[dict[str, Any]], None], Heat | None]
        self._colours = bqplot.ColorScale(colors=[BAD, MIDDLE, GOOD])
        self._x, self._y = bqplot.OrdinalScale(), bqplot.OrdinalScale()
        self._across = bqplot.Axis(scale=self._x, grid_lines="none", label_offset="30px")
        self._up = bqplot.Axis(scale=self._y, side="left", grid_lines="none", label_offset="46px")
        self._text = ipywidgets.HTML()
        self._box = ipywidgets.VBox([], layout={"width": "auto", "max_width": "760px"})
        self.widget = ipywidgets.VBox([self._text, self._box], layout={"width": "auto"})
        self.widget.add_class("rustro-heat")

    def show(self, heat: Heat, figure: str) -> None:
        """Another grid; a new drawing, because a grid's size cannot change."""
        self._heat = heat
        by, format_ = FIGURES[figure]
        low, high = ends(heat, by)
        is_down = by in LESS_IS_BETTER
        with self._colours.hold_sync():
            self._colours.colors = _colours(by, is_down=is_down)
            self._colours.min, self._colours.max = low, high
            self._colours.mid = (low + high) / 2
        self._across.label, self._up.label = heat.names
        self._text.value = f'<div class="rustro-heading">{escape(heat.words)}</div>'
        self._box.children = [self._drawn(heat, format_)]

    def _drawn(self, heat: Heat, format_: str) -> Any:  # noqa: ANN401 - bqplot is untyped
        cells = bqplot.GridHeatMap(
            color=heat.cells,
            row=[f"{each:g}" for each in heat.rows],
            column=[f"{each:g}" for each in heat.columns],
            scales={"row": self._y, "column": self._x, "color": self._colours},
            display_format=format_,
            font_style={"font-size": "12px", "fill": "#1f2328", "font-weight": "500"},
            null_color="transparent",
            stroke="transparent",
            selected=[list(heat.best)] if heat.best else None,
            selected_style={"stroke": "#e69f00", "stroke-width": "3px"},
            interactions={"click": None},
        )
        cells.on_element_click(self._clicked)
        figure = bqplot.Figure(
            marks=[cells],
            axes=[self._across, self._up],
            animation_duration=0,
            padding_x=0,
            padding_y=0,
            fig_margin={"top": 4, "bottom": 44, "left": 64, "right": 8},
            background_style={"fill": "transparent"},
            layout=ipywidgets.Layout(width="auto", height=f"{90 + 30 * len(heat.rows)}px"),
        )
        figure.add_class("rustro-chart")
        return figure

    def _clicked(self, _: object, said: dict[str, Any]) -> None:
        place, heat = said.get("data", {}), self._heat
        if heat is None or "rowNum" not in place:
            return
        row, column = int(place["rowNum"]), int(place["columnNum"])
        self._picked({heat.across: heat.columns[column], heat.up: heat.rows[row]})


def _colours(by: str, *, is_down: bool) -> list[str]:
    if by in NEUTRAL:
        return [MIDDLE, "#cfc4e6", "#9d86c9"]
    return [GOOD, MIDDLE, BAD] if is_down else [BAD, MIDDLE, GOOD]
