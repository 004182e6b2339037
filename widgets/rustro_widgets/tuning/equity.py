"""Net over the days as a picture: SVG whose colours follow the theme. Pure."""

import datetime as dt
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rustro_widgets.panels.words import grouped
from rustro_widgets.tuning.played import Played

if TYPE_CHECKING:
    from rustro_kernel.research.ratios import Floats

WIDTH, HEIGHT = 1000, 300
BANDS = 120
"""Places that say their date and figure under the mouse."""
AIR = 0.06


def equity_svg(played: Played, begun: Played | None = None) -> str:
    """The curve, filled against zero, and dotted the one of the set one began with."""
    curve = [0.0, *played.equity_rs.tolist()]
    other = [0.0, *begun.equity_rs.tolist()] if begun is not None and begun is not played else []
    low, high = _ends([*curve, *other])
    zero = _y(0.0, low, high)
    line = _points(curve, low, high)
    parts = [
        _grid(low, high),
        _filled("gain", [max(each, 0.0) for each in curve], low, high),
        _filled("loss", [min(each, 0.0) for each in curve], low, high),
        f'<line class="zero" x1="0" x2="{WIDTH}" y1="{zero}" y2="{zero}"/>',
        f'<path class="begun" d="M{_points(other, low, high)}"/>' if other else "",
        f'<path class="curve" d="M{line}"/>',
        _bands(played),
    ]
    box = f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none">{"".join(parts)}</svg>'
    labels = _labels(low, high) + _dates(played.dates)
    legend = _legend(other)
    return f'<div class="rustro-equity">{legend}<div class="plot">{box}{labels}</div></div>'


def levels(low: float, high: float, most: int = 5) -> list[float]:
    """Round amounts inside a range."""
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if (high - low) / (power * m) <= most)
    return [at * step for at in range(math.ceil(low / step), math.floor(high / step) + 1)]


def months(dates: Sequence[dt.date], most: int = 9) -> dict[int, str]:
    """Labels by the place of a month's first trading day, thinned out; the year where it begins."""
    first = [at for at in range(1, len(dates)) if dates[at].month != dates[at - 1].month]
    kept = first[:: -(-len(first) // most) or 1]
    found: dict[int, str] = {}
    year = dates[0].year if dates else 0
    for at in kept:
        found[at] = f"{dates[at]:%b}" if dates[at].year == year else f"{dates[at]:%b %Y}"
        year = dates[at].year
    return found


def _ends(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(0.0, *values), max(0.0, *values)
    margin = (high - low) * AIR or 1.0
    return low - margin, high + margin


def _y(value: float, low: float, high: float) -> float:
    return round(HEIGHT * (high - value) / (high - low), 1)


def _points(values: Sequence[float], low: float, high: float) -> str:
    step = WIDTH / max(len(values) - 1, 1)
    return " ".join(f"{at * step:.1f},{_y(value, low, high)}" for at, value in enumerate(values))


def _filled(kind: str, values: Sequence[float], low: float, high: float) -> str:
    zero = _y(0.0, low, high)
    line = _points(values, low, high)
    return f'<path class="{kind}" d="M0,{zero}L{line}L{WIDTH},{zero}Z"/>'


def _grid(low: float, high: float) -> str:
    rows = (_y(level, low, high) for level in levels(low, high))
    return "".join(f'<line class="grid" x1="0" x2="{WIDTH}" y1="{y}" y2="{y}"/>' for y in rows)


def _labels(low: float, high: float) -> str:
    return "".join(
        f'<span class="level" style="top:{100 * _y(level, low, high) / HEIGHT:.1f}%">'
        f"{grouped(round(level))}</span>"
        for level in levels(low, high)
    )


def _dates(dates: Sequence[dt.date]) -> str:
    return "".join(
        f'<span class="date" style="left:{100 * (at + 1) / len(dates):.1f}%">{text}</span>'
        for at, text in months(dates).items()
    )


def _bands(played: Played) -> str:
    count = len(played.dates)
    stride, earned = -(-count // BANDS) or 1, played.equity_rs
    return "".join(_band(played, earned, at, stride) for at in range(0, count, stride))


def _band(played: Played, earned: "Floats", at: int, stride: int) -> str:
    step, last = WIDTH / len(played.dates), min(at + stride, len(played.dates)) - 1
    words = f"{played.dates[last]:%d %b %Y}: Rs {grouped(round(float(earned[last])))}"
    return (
        f'<rect class="band" x="{at * step:.1f}" y="0" width="{stride * step:.1f}" '
        f'height="{HEIGHT}"><title>{words}</title></rect>'
    )


def _legend(other: Sequence[float]) -> str:
    begun = '<span class="begun">where you began</span>' if other else ""
    return f'<div class="rustro-heading">Net so far at each day\'s end, Rs {begun}</div>'
