"""The live candle chart: bqplot marks that are told only what changed."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import bqplot
import ipywidgets
import numpy as np

from rustro_widgets.panels.candle_values import Candles, ChartValues, chart_values
from rustro_widgets.panels.reading import Reading
from rustro_widgets.panels.style import DOWN, UP

MARKERS = {
    "signal": ("circle", "#e69f00"),
    "entry": ("triangle-up", "#56b4e9"),
    "exit": ("cross", "#cc79a7"),
}
STROKE = "#8c959f"
CROWDED = 200
"""From so many visible bars on, an outline would hide the bodies."""


SPANS = {"1 h": 60, "2 h": 120, "day": 0}


class ChartPanel:
    """The chart and what of it is to be seen.

    Args:
        changed: Called when a choice has changed; may come on any thread.
    """

    def __init__(self, changed: Callable[[object], object]) -> None:
        self.chart = CandleChart()
        self.span = ipywidgets.ToggleButtons(
            options=list(SPANS), value="2 h", style={"button_width": "46px"}
        )
        self.span.observe(changed, "value")
        self.widget = ipywidgets.VBox([self.span, self.chart.widget])

    def show(self, reading: Reading) -> None:
        """Draw the visible part."""
        self.chart.show(chart_values(reading.view, SPANS[self.span.value]))


class CandleChart:
    """A bqplot figure on a session axis. Call `show` with new values on the notebook's loop."""

    def __init__(self) -> None:
        self._x, self._y = bqplot.LinearScale(), bqplot.LinearScale()
        self._history, self._live = self._ohlc(), self._ohlc()
        scales = self._scales
        self._price = bqplot.Lines(
            x=[0, 1],
            y=[0, 0],
            scales=scales,
            colors=[STROKE],
            stroke_width=1,
            line_style="dotted",
        )
        self._markers = {
            kind: bqplot.Scatter(
                x=[],
                y=[],
                scales=scales,
                marker=shape,
                colors=[colour],
                default_size=90,
                stroke="#24292f",
            )
            for kind, (shape, colour) in MARKERS.items()
        }
        self._time = bqplot.Axis(scale=self._x, side="bottom", grid_lines="none", tick_values=[])
        self._prices = bqplot.Axis(
            scale=self._y, side="right", grid_lines="solid", tick_format=",.0f", tick_values=[]
        )
        self.widget = bqplot.Figure(
            marks=[self._history, self._live, self._price, *self._markers.values()],
            axes=[self._time, self._prices],
            animation_duration=0,
            padding_x=0,
            padding_y=0,
            fig_margin={"top": 8, "bottom": 26, "left": 8, "right": 62},
            background_style={"fill": "transparent"},
            layout=ipywidgets.Layout(width="auto", height="380px", flex="1 1 auto"),
        )
        self.widget.add_class("rustro-chart")
        self._seen: dict[str, object] = {}

    @property
    def _scales(self) -> dict[str, Any]:
        return {"x": self._x, "y": self._y}

    def show(self, values: ChartValues) -> None:
        """Assign what differs from the last call, each widget's traits in one message."""
        with ExitStack() as held:
            for widget in (
                self._history,
                self._live,
                self._price,
                self._x,
                self._y,
                *self.widget.axes,
            ):
                held.enter_context(widget.hold_sync())
            if self._is_new("history", (len(values.history.x), values.history.ohlc[-1:])):
                _draw(self._history, values.history)
            if self._is_new("live", values.live):
                _draw(self._live, values.live)
            self._place(values)
        for kind, mark in self._markers.items():
            points = values.markers.get(kind, [])
            if self._is_new(kind, tuple(points)):
                with mark.hold_sync():
                    mark.x, mark.y = [x for x, _ in points], [y for _, y in points]

    def _place(self, values: ChartValues) -> None:
        if self._is_new("x", values.x_range):
            self._x.min, self._x.max = values.x_range
            self._price.x = list(values.x_range)
            stroke = "none" if values.x_range[1] - values.x_range[0] > CROWDED else STROKE
            self._history.stroke = self._live.stroke = stroke
        if self._is_new("y", values.y_range):
            self._y.min, self._y.max = values.y_range
        if self._is_new("prices", values.prices):
            self._prices.tick_values = values.prices
        if self._is_new("ticks", values.ticks):
            self._time.tick_labels = {str(x): label for x, label in values.ticks.items()}
            self._time.tick_values = list(values.ticks)
        if self._is_new("price", values.last_price):
            self._price.y = [values.last_price, values.last_price]

    def _is_new(self, name: str, value: object) -> bool:
        """Whether a value differs from the one shown; remembers it."""
        if name in self._seen and self._seen[name] == value:
            return False
        self._seen[name] = value
        return True

    def _ohlc(self) -> Any:  # noqa: ANN401 - bqplot is untyped
        return bqplot.OHLC(
            x=np.array([]),
            y=np.empty((0, 4)),
            scales=self._scales,
            format="ohlc",
            marker="candle",
            colors=[UP, DOWN],
            stroke=STROKE,
            stroke_width=1,
        )


def _draw(mark: Any, candles: Candles) -> None:  # noqa: ANN401 - bqplot is untyped
    mark.x = np.array(candles.x, dtype=float)
    mark.y = np.array(candles.ohlc, dtype=float).reshape(-1, 4)
