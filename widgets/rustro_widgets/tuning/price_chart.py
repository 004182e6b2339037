"""The price with a set's trades: bqplot marks that are told only what changed."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import bqplot
import ipywidgets
import numpy as np

from rustro_kernel.domain.bars import Bar
from rustro_widgets.panels.candle_values import candles, fitted, nice_prices
from rustro_widgets.panels.style import DOWN, UP
from rustro_widgets.panels.told import assign_ticks
from rustro_widgets.tuning.played import Trade
from rustro_widgets.tuning.price_values import Prices, PriceValues, all_days, one_trade

ALL = -1
WON, LOST = "#0072b2", "#d55e00"
"""Of entries; apart from the candles' colours, and for every kind of colour vision."""
CROWDED = 160
STROKE = "#8c959f"
BUTTON = {"flex": "0 0 34px", "padding": "0"}


class PriceChart:
    """Candles, entries and exits; buttons walk through the trades."""

    def __init__(self, prices: Prices) -> None:
        self._prices, self._trades, self._at = prices, (), ALL  # type: tuple[Prices, Sequence[Trade], int]
        self._x, self._y = bqplot.LinearScale(), bqplot.LinearScale()
        self._candles = self._ohlc()
        self._held = self._line()
        self._entries = [
            self._points(shape, c)
            for c in (WON, LOST)
            for shape in ("triangle-up", "triangle-down")
        ]
        self._exit = self._points("cross", "#24292f")
        for group, mark in enumerate(self._entries):
            mark.on_element_click(partial(self._picked, group))
        self._time = bqplot.Axis(scale=self._x, side="bottom", grid_lines="none", tick_values=[])
        self._money = bqplot.Axis(scale=self._y, side="right", tick_format=",.0f", tick_values=[])
        self._figure = self._made()
        self._text = ipywidgets.HTML(layout={"flex": "1 1 auto", "min_width": "0"})
        self._shown_bars: list[Bar] = []
        self._groups: tuple[list[int], ...] = ([], [], [], [])
        self.widget = ipywidgets.VBox([self._row(), self._figure], layout={"width": "auto"})

    def show(self, trades: Sequence[Trade]) -> None:
        """Another set's trades; whatever single trade was shown belongs to the old one."""
        self._trades, self._at = trades, ALL
        self._draw()

    def go(self, number: int) -> None:
        """One trade, or all of them."""
        self._at = number if 0 <= number < len(self._trades) else ALL
        self._draw()

    def _draw(self) -> None:
        values = (
            all_days(self._prices, self._trades)
            if self._at == ALL
            else one_trade(self._prices, self._trades, self._at)
        )
        self._groups = values.shown
        self._place(values)
        for mark, points in zip(self._entries, (*values.won, *values.lost), strict=True):
            _put(mark, points)
        _put(self._exit, values.exits[1:])
        _put(self._held, values.exits)
        place = f"trade {self._at + 1} of {len(self._trades)} · " if self._at != ALL else ""
        self._text.value = f'<div class="rustro-heading">{place}{values.text}</div>'

    def _place(self, values: PriceValues) -> None:
        """Candles, scales and labels; they are the same as long as the days are."""
        bars = values.bars
        if bars == self._shown_bars:
            return
        self._shown_bars = bars
        found, ends = candles(bars, 0), fitted(bars)
        with self._candles.hold_sync():
            self._candles.x = np.array(found.x, dtype=float)
            self._candles.y = np.array(found.ohlc, dtype=float).reshape(-1, 4)
            self._candles.stroke = "transparent" if len(bars) > CROWDED else STROKE
        with self._x.hold_sync(), self._y.hold_sync():
            self._x.min, self._x.max = -1.0, float(len(bars))
            self._y.min, self._y.max = ends
        names = {str(x): text for x, text in values.ticks.items()}
        assign_ticks(self._time, list(values.ticks), tick_labels=names)
        assign_ticks(self._money, nice_prices(*ends, 6))

    def _picked(self, group: int, _: object, clicked: dict[str, Any]) -> None:
        place = clicked.get("data", {}).get("index", -1)
        if 0 <= place < len(self._groups[group]):
            self.go(self._groups[group][place])

    def _row(self) -> Any:  # noqa: ANN401 - ipywidgets is untyped
        moves: dict[str, tuple[str, Callable[[], None]]] = {
            "arrow-left": ("previous trade", lambda: self.go(self._next(-1))),
            "arrow-right": ("next trade", lambda: self.go(self._next(1))),
            "expand": ("all days", lambda: self.go(ALL)),
        }
        buttons = []
        for icon, (words, act) in moves.items():
            button = ipywidgets.Button(icon=icon, tooltip=words, layout=BUTTON)
            button.on_click(lambda _, act=act: act())
            buttons.append(button)
        return ipywidgets.HBox([*buttons, self._text], layout={"align_items": "center"})

    def _next(self, step: int) -> int:
        """The next trade; before the first one is the last one."""
        count = len(self._trades)
        if not count:
            return ALL
        return (self._at + step) % count if self._at != ALL else (0 if step > 0 else count - 1)

    def _made(self) -> Any:  # noqa: ANN401 - bqplot is untyped
        figure = bqplot.Figure(
            marks=[self._candles, self._held, *self._entries, self._exit],
            axes=[self._time, self._money],
            interaction=bqplot.PanZoom(scales={"x": [self._x]}),
            animation_duration=0,
            padding_x=0,
            padding_y=0,
            fig_margin={"top": 6, "bottom": 24, "left": 4, "right": 62},
            background_style={"fill": "transparent"},
            layout=ipywidgets.Layout(width="auto", height="250px"),
        )
        figure.add_class("rustro-chart")
        return figure

    @property
    def _scales(self) -> dict[str, Any]:
        return {"x": self._x, "y": self._y}

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
            opacities=[0.55],
        )

    def _points(self, shape: str, colour: str) -> Any:  # noqa: ANN401 - bqplot is untyped
        return bqplot.Scatter(
            x=[], y=[], scales=self._scales, marker=shape, colors=[colour], default_size=40,
            stroke="#ffffff", stroke_width=0.6,
        )  # fmt: skip

    def _line(self) -> Any:  # noqa: ANN401 - bqplot is untyped
        return bqplot.Lines(
            x=[], y=[], scales=self._scales, colors=[STROKE], line_style="dashed", stroke_width=2
        )


def _put(mark: Any, points: Sequence[tuple[float, float]]) -> None:  # noqa: ANN401 - bqplot is untyped
    with mark.hold_sync():
        mark.x = np.array([x for x, _ in points])
        mark.y = np.array([y for _, y in points])
