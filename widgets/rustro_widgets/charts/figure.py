"""Making figures. The only module that touches matplotlib on import: import it in functions."""

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from rustro_widgets.charts import palette
from rustro_widgets.charts.axis import SessionAxis

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH_IN = 10.0
DPI = 100
SHARPNESS = 1.6
"""Pixels a CSS pixel: readable on dense screens, and still a small notebook."""


class Chart(Figure):
    """A figure that a notebook shows as a picture, whether or not pyplot was ever imported."""

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        width, height = self.get_size_inches() * DPI
        return self.png(), {"width": round(width), "height": round(height)}

    def png(self) -> bytes:
        """The picture."""
        buffer = io.BytesIO()
        self.savefig(buffer, format="png", dpi=DPI * SHARPNESS, metadata={"Software": None})
        return buffer.getvalue()

    def svg(self) -> bytes:
        """The picture as a drawing, the same bytes each time."""
        buffer = io.BytesIO()
        with rc_context({"svg.hashsalt": "rustro"}):
            self.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
        return buffer.getvalue()

    def save(self, path: Path | str) -> Path:
        """Write it to a file, whose name says how: .png or .svg.

        Raises:
            ValueError: If it is neither.
        """
        file = Path(path)
        kinds = {".png": self.png, ".svg": self.svg}
        if file.suffix not in kinds:
            raise ValueError(f"a chart is saved as .png or .svg, got {file.name}")
        file.write_bytes(kinds[file.suffix]())
        return file


def new_chart(heights: tuple[float, ...], title: str, note: str) -> tuple[Chart, "list[Axes]"]:
    """A chart of panes one under the other, sharing their x axis.

    Args:
        heights: Of each pane, in inches.
        title: Above the first pane.
        note: Small, at the foot: what a reader must not overlook.
    """
    chart = Chart(figsize=(WIDTH_IN, sum(heights) + 0.75), dpi=DPI, layout="constrained")
    FigureCanvasAgg(chart)
    chart.set_facecolor(palette.PAPER)
    grid = chart.subplots(len(heights), 1, squeeze=False, height_ratios=heights)
    panes = [row[0] for row in grid]
    for pane in panes:
        dress(pane)
    head(panes[0], title)
    if note:
        chart.supxlabel(note, x=0.008, ha="left", fontsize=7.5, color=palette.FAINT)
    return chart, panes


def head(pane: "Axes", title: str) -> None:
    """The title of a pane."""
    pane.set_title(title, loc="left", fontsize=10.5, color=palette.INK, fontweight="bold")


def dress(pane: "Axes") -> None:
    """Price axis right, a quiet grid, no box."""
    pane.yaxis.tick_right()
    pane.yaxis.set_label_position("right")
    pane.grid(True, color=palette.GRID, linewidth=0.8)
    pane.set_axisbelow(True)
    pane.yaxis.set_major_formatter("{x:,.10g}")
    pane.tick_params(labelsize=8.5, colors=palette.FAINT, length=0)
    for name, spine in pane.spines.items():
        spine.set_visible(name == "bottom")
        spine.set_color(palette.GRID)


def use_axis(pane: "Axes", axis: SessionAxis) -> None:
    """Put the session axis under a pane."""
    ticks = axis.ticks()
    pane.set_xticks([x for x, _ in ticks], [label for _, label in ticks])
    pane.set_xlim(*axis.limits)


def say(pane: "Axes", text: str) -> None:
    """Say in the middle of a pane why it is empty."""
    style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 9}
    pane.text(0.5, 0.5, text, transform=pane.transAxes, color=palette.FAINT, **style)


def label(
    pane: "Axes", at: tuple[float, float], text: str, colour: str, shift: tuple[int, int]
) -> None:
    """A small text beside a point, `shift` in points; at the right edge it grows to the left."""
    is_late = at[0] > pane.get_xlim()[1] * 0.85
    dx, side = (-shift[0], "right") if is_late and shift[0] else (shift[0], "left")
    side = side if shift[0] else "center"
    style: dict[str, Any] = {"textcoords": "offset points", "fontsize": 7.5, "ha": side}
    halo = [withStroke(linewidth=2.5, foreground=palette.PAPER)]
    pane.annotate(text, at, xytext=(dx, shift[1]), color=colour, path_effects=halo, **style)


def legend(pane: "Axes", columns: int = 1, *, is_below: bool = False) -> None:
    """A legend on a pale ground: upper left, or below the pane."""
    where: dict[str, Any] = {"loc": "upper left"}
    if is_below:
        where = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.22)}
    style: dict[str, Any] = {"fontsize": 8, "handlelength": 1.6, "edgecolor": "none"}
    pane.legend(ncols=columns, labelcolor=palette.INK, **where, **style)
