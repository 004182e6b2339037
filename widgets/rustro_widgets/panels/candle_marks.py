"""The bqplot marks of the price figure, each made in one place."""

from typing import Any

import bqplot
import numpy as np

from rustro_widgets.panels.candle_values import Candles, Line
from rustro_widgets.panels.palette import Palette
from rustro_widgets.panels.told import assign

STROKE = "#8c959f"
EMA_COLOUR = "#b8860b"
SIGNAL_SIZE = 260
MARKERS = {
    "signal": ("circle", "#e69f00"),
    "entry": ("triangle-up", "#56b4e9"),
    "exit": ("cross", "#cc79a7"),
}
NOWHERE = np.array([0.0, 0.0])
Scales = dict[str, Any]


def ohlc(scales: Scales) -> Any:  # noqa: ANN401 - bqplot is untyped, here and below
    """Candles, none so far."""
    return bqplot.OHLC(
        x=np.array([]),
        y=np.empty((0, 4)),
        scales=scales,
        format="ohlc",
        marker="candle",
        stroke=STROKE,
        stroke_width=1,
    )


def draw(mark: Any, candles: Candles) -> None:  # noqa: ANN401
    """Show these candles; where only prices differ nothing else is said."""
    prices = np.array(candles.ohlc, dtype=float).reshape(-1, 4)
    if len(mark.x) == len(candles.x) and list(mark.x) == candles.x:
        mark.y = prices
        return
    assign(mark, x=np.array(candles.x, dtype=float), y=prices)


def line(scales: Scales, colour: str, **look: object) -> Any:  # noqa: ANN401
    """A line that cannot be seen yet."""
    plain: dict[str, object] = {"stroke_width": 1.5, "visible": False}
    return bqplot.Lines(x=NOWHERE, y=NOWHERE, scales=scales, colors=[colour], **{**plain, **look})


def draw_points(mark: Any, points: list[tuple[float, float]]) -> None:  # noqa: ANN401
    """Show a line through these points; less than two hide it."""
    if len(points) < 2:
        mark.visible = False
        return
    x, y = np.array(points, dtype=float).T
    assign(mark, x=x, y=y, visible=True)


def draw_line(mark: Any, given: Line | None) -> None:  # noqa: ANN401
    """Show a level with its words, or nothing."""
    if given is not None:
        mark.labels = [given.text]
    draw_points(mark, given.points if given is not None else [])


def level_lines(scales: Scales, palette: Palette) -> dict[str, Any]:
    """Entry, stop and target of a position."""
    look: dict[str, object] = {"labels_visibility": "label", "labels": [""]}
    steps = {**look, "interpolation": "step-after", "stroke_width": 2.0}
    return {
        "entry": line(scales, STROKE, line_style="dashed", **look),
        "stop": line(scales, palette.down, **steps),
        "target": line(scales, palette.up, line_style="dashed", **look),
    }


def scatter(scales: Scales, kind: str) -> Any:  # noqa: ANN401
    """The marks of one kind of thing that happened."""
    shape, colour = MARKERS[kind]
    look: dict[str, Any] = {"default_size": 90, "stroke": "#24292f"}
    if kind == "signal":  # a ring: the entry that follows stands in it
        look = {"default_size": SIGNAL_SIZE, "fill": False, "stroke": colour, "stroke_width": 2.5}
    return bqplot.Scatter(x=[], y=[], scales=scales, marker=shape, colors=[colour], **look)


def volume_area(x: Any, y: Any) -> Any:  # noqa: ANN401
    """Volume at the foot of the figure, on a scale of its own.

    Steps of an area: a mark of bars would take room at both ends of the axis, and the panes would
    no longer stand below one another.
    """
    look: dict[str, object] = {"interpolation": "step-after", "fill": "bottom", "opacities": [0.0]}
    return line({"x": x, "y": y}, STROKE, fill_opacities=[0.28], fill_colors=[STROKE], **look)


def draw_volumes(mark: Any, points: list[tuple[float, float]]) -> None:  # noqa: ANN401
    """Show volumes; each step is as wide as its bar."""
    steps = [(x - 0.5, units) for x, units in points]
    draw_points(mark, steps + [(x + 0.5, units) for x, units in points[-1:]])
