"""The panes below the price: ADX with its DIs, and RSI, on the same bars."""

from collections.abc import Sequence
from typing import Any

import bqplot
import numpy as np

from rustro_widgets.panels import candle_marks as marks
from rustro_widgets.panels.candle_figure import figure
from rustro_widgets.panels.candle_studies import Columns, Rules
from rustro_widgets.panels.palette import RED_GREEN, Palette
from rustro_widgets.panels.told import Told, assign

MARGIN = {"top": 4, "bottom": 6, "left": 8, "right": 66}
ADX_COLOUR, RSI_COLOUR = "#7a5fd0", "#7a5fd0"
PANE_HEIGHT = "clamp(80px, 11vh, 130px)"
FULL = 100.0
EVERYWHERE = 1_000_000.0


class Pane:
    """A figure of lines between 0 and 100, with thresholds.

    Args:
        x: The scale of bars, shared with the price.
        colours: By the line's name.
        thresholds: How many there are.
        ticks: What stands at the axis.
    """

    def __init__(
        self,
        x: Any,  # noqa: ANN401 - bqplot is untyped
        colours: dict[str, str],
        thresholds: int,
        ticks: Sequence[float],
    ) -> None:
        self._y = bqplot.LinearScale(min=0.0, max=FULL)
        scales = {"x": x, "y": self._y}
        self.lines = {name: marks.line(scales, colour) for name, colour in colours.items()}
        look: dict[str, object] = {"stroke_width": 1.0, "line_style": "dashed"}
        self._limits = [marks.line(scales, marks.STROKE, **look) for _ in range(thresholds)]
        self._cursor = marks.line(scales, marks.STROKE, stroke_width=1.0)
        axis = bqplot.Axis(scale=self._y, side="right", grid_lines="solid", tick_format=".0f")
        axis.tick_values = list(ticks)
        shown = [*self._limits, *self.lines.values(), self._cursor]
        self.widget = figure(shown, [axis], PANE_HEIGHT, MARGIN)
        self._told = Told()

    def show(self, at: Sequence[int], columns: dict[str, list[float]]) -> None:
        """Draw each column as far as it has values."""
        for name, values in columns.items():
            points = [(float(x), y) for x, y in zip(at, values, strict=True) if y == y]
            marks.draw_points(self.lines[name], points)

    def show_thresholds(self, *levels: float) -> None:
        """Where the strategy draws its lines."""
        if self._told.is_new("thresholds", levels):
            for mark, level in zip(self._limits, levels, strict=True):
                marks.draw_points(mark, [(-EVERYWHERE, level), (EVERYWHERE, level)])

    def show_cursor(self, number: float | None) -> None:
        """Mark the bar that is looked at."""
        if self._told.is_new("cursor", number):
            spot = 0.0 if number is None else number
            shown = number is not None
            assign(self._cursor, x=np.array([spot, spot]), y=np.array([0.0, FULL]), visible=shown)

    def fit(self, highest: float) -> None:
        """How high the pane reaches."""
        if self._told.is_new("top", highest):
            self._y.max = highest


class StrengthPanes:
    """ADX with +DI and -DI, and RSI."""

    def __init__(self, x: Any) -> None:  # noqa: ANN401 - bqplot is untyped
        colours = {"plus": RED_GREEN.up, "minus": RED_GREEN.down, "adx": ADX_COLOUR}
        self.adx = Pane(x, colours, 1, (0, 20, 40, 60, 80))
        self.rsi = Pane(x, {"rsi": RSI_COLOUR}, 2, (20, 40, 60, 80))
        self.adx.lines["adx"].stroke_width = 2.2
        self.widgets = (self.adx.widget, self.rsi.widget)

    def set_palette(self, palette: Palette) -> None:
        """The two colours of up and down."""
        self.adx.lines["plus"].colors = [palette.up]
        self.adx.lines["minus"].colors = [palette.down]

    def show(self, study: Columns, rules: Rules, adx_threshold: float) -> None:
        """What changes once a bar."""
        strength = {"plus": study.plus, "minus": study.minus, "adx": study.adx}
        self.adx.show(study.at, strength)
        self.adx.fit(height_of(strength))
        self.rsi.show(study.at, {"rsi": study.rsi})
        self.adx.show_thresholds(adx_threshold)
        self.rsi.show_thresholds(rules.rsi_low, rules.rsi_high)

    def show_cursor(self, number: float | None) -> None:
        """Mark the bar that is looked at."""
        self.adx.show_cursor(number)
        self.rsi.show_cursor(number)


def height_of(columns: dict[str, list[float]]) -> float:
    """Up to the next 20 above every value, at least 40."""
    highest = max((y for values in columns.values() for y in values if y == y), default=0.0)
    return min(max(40.0, (highest // 20 + 1) * 20), FULL)
