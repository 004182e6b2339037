"""The price figure: candles, EMA, volume, markers and levels."""

import math
from collections.abc import Mapping
from typing import Any

import bqplot
import ipywidgets

from rustro_widgets.panels import candle_marks as marks
from rustro_widgets.panels.candle_values import Body, Candles, Edges, Line, Points
from rustro_widgets.panels.palette import RED_GREEN, Palette
from rustro_widgets.panels.told import Told, assign, assign_ticks

CROWDED, FINE = 200, 0.4
"""From so many visible bars on a full outline would hide the bodies; without one wicks are gone."""
VOLUME_SHARE = 5.0
PRICE_HEIGHT = "clamp(280px, 40vh, 560px)"
MARGIN = {"top": 6, "bottom": 22, "left": 8, "right": 66}
AIR_PX = math.sqrt(marks.SIGNAL_SIZE) / 2 + 1
"""What bqplot keeps free inside the margin, above and below, for the largest of the markers."""


def figure(shown: list[Any], axes: list[Any], height: str, margin: dict[str, int]) -> Any:  # noqa: ANN401 - bqplot is untyped
    """A figure without air that follows the page's width."""
    made = bqplot.Figure(
        marks=shown,
        axes=axes,
        animation_duration=0,
        padding_x=0,
        padding_y=0,
        fig_margin=margin,
        display_toolbar=False,
        background_style={"fill": "transparent"},
        layout=ipywidgets.Layout(width="auto", height=height, flex="1 1 auto", min_width="0"),
    )
    made.add_class("rustro-chart")
    return made


class CandleFigure:
    """Marks that are told only what changed. On the notebook's loop only.

    Args:
        x: The scale of bars, shared by all panes.
    """

    def __init__(self, x: Any) -> None:  # noqa: ANN401 - bqplot is untyped
        self.x, self._y, self._units = x, bqplot.LinearScale(), bqplot.LinearScale(min=0.0)
        scales = {"x": x, "y": self._y}
        self._palette = RED_GREEN
        self.history, self.live = marks.ohlc(scales), marks.ohlc(scales)
        self._volume = marks.volume_area(x, self._units)
        self._ema = marks.line(scales, marks.EMA_COLOUR)
        self.levels = marks.level_lines(scales, self._palette)
        self.markers = {kind: marks.scatter(scales, kind) for kind in marks.MARKERS}
        self._time = bqplot.Axis(scale=x, side="bottom", grid_lines="none", tick_values=[])
        self._prices = bqplot.Axis(
            scale=self._y, side="right", grid_lines="solid", tick_format=",.0f", tick_values=[]
        )
        shown = [self._volume, self.history, self.live, self._ema]
        shown += [*self.levels.values(), *self.markers.values()]
        self.widget = figure(shown, [self._time, self._prices], PRICE_HEIGHT, MARGIN)
        self._told = Told()
        self.set_palette(self._palette)

    def set_palette(self, palette: Palette) -> None:
        """The two colours of up and down."""
        self._palette = palette
        for candles in (self.history, self.live):
            candles.colors = [palette.up, palette.down]
        self.levels["stop"].colors = [palette.down]
        self.levels["target"].colors = [palette.up]

    def show_body(self, body: Body) -> None:
        """What changes once a bar."""
        marks.draw(self.history, body.history)
        marks.draw_volumes(self._volume, body.volumes)
        most = max((units for _, units in body.volumes), default=0.0)
        if most and self._told.is_new("units", most):
            self._units.max = most * VOLUME_SHARE
        ema = [(float(x), y) for x, y in zip(body.study.at, body.study.ema, strict=True) if y == y]
        marks.draw_points(self._ema, ema)

    def show_live(self, candles: Candles) -> None:
        """What changes with a tick: one small message."""
        if self._told.is_new("live", candles):
            marks.draw(self.live, candles)

    def show_window(self, low: float, high: float) -> None:
        """Which bars are seen."""
        if not self._told.is_new("x", (low, high)):
            return
        width = FINE if high - low > CROWDED else 1.0
        self.history.stroke_width = self.live.stroke_width = width

    def show_edges(self, edges: Edges, ticks: Mapping[int, str]) -> None:
        """Which prices are seen, and what stands at the axes."""
        if self._told.is_new("y", edges.y_range):
            assign(self._y, min=edges.y_range[0], max=edges.y_range[1])
        if self._told.is_new("prices", edges.prices):
            whole = all(price == int(price) for price in edges.prices)
            form = ",.0f" if whole else ",.2f"
            assign_ticks(self._prices, edges.prices, tick_format=form)
        if self._told.is_new("ticks", ticks):
            names = {str(number): text for number, text in ticks.items()}
            assign_ticks(self._time, list(ticks), tick_labels=names)

    def show_marks(self, markers: Mapping[str, Points], lines: Mapping[str, Line]) -> None:
        """What happened, and what a position rests on."""
        for kind, mark in self.markers.items():
            points = markers.get(kind, [])
            if self._told.is_new(kind, tuple(points)):
                assign(mark, x=[x for x, _ in points], y=[y for _, y in points])
        for name, mark in self.levels.items():
            if self._told.is_new(name, lines.get(name)):
                marks.draw_line(mark, lines.get(name))
