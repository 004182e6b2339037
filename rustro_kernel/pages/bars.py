"""Pictures of amounts beside their names: what stopped where, what earned how much."""

from collections.abc import Sequence
from typing import NamedTuple

from rustro_kernel.pages.html import Html, element, joined, text
from rustro_kernel.pages.scale import Scale, scale

WIDTH, ROW, LABEL, VALUE = 520, 26, 140, 110


class Bar(NamedTuple):
    """An amount with its name and how it is written; `behind` is a paler bar below it."""

    name: str
    value: float
    shown: str
    tone: str = ""
    behind: float = 0.0
    says: str = ""


def bars(rows: Sequence[Bar], *, says: str) -> Html:
    """Bars from zero to the right, and to the left where amounts are negative."""
    values = [0.0, *(v for row in rows for v in (row.value, row.behind))]
    across = scale(values, LABEL, WIDTH - VALUE)
    drawn = [_row(row, n * ROW, across) for n, row in enumerate(rows)]
    if min(values) < 0:
        zero = across(0.0)
        drawn.append(element("line", x1=zero, x2=zero, y1=0, y2=len(rows) * ROW, class_="zero"))
    box = f"0 0 {WIDTH} {max(len(rows), 1) * ROW}"
    return element("svg", *drawn, viewBox=box, role="img", aria_label=says)


def _row(row: Bar, top: int, across: Scale) -> Html:
    middle = top + ROW / 2 + 4
    behind = [_bar(row.behind, top, across, "soft")] if row.behind else []
    shown = element("text", text(row.shown), x=WIDTH, y=middle, text_anchor="end", class_="on")
    name = element("text", text(row.name), x=0, y=middle)
    title = [element("title", text(row.says))] if row.says else []
    bar = _bar(row.value, top, across, row.tone)
    return element("g", *title, name, *behind, bar, shown)


def _bar(value: float, top: int, across: Scale, tone: str) -> Html:
    ends = sorted((across(0.0), across(value)))
    shape = {"x": ends[0], "width": round(max(ends[1] - ends[0], 1.0 if value else 0.0), 1)}
    return element("rect", **shape, y=top + 5, height=ROW - 10, rx=2, class_=f"bar {tone}".strip())


class Step(NamedTuple):
    """One class of a histogram: its left end, and how many are in it."""

    start: float
    trades: int


def histogram(
    steps: Sequence[Step], words: Sequence[tuple[float, str]], *, says: str, height: int = 200
) -> Html:
    """How many there are of each size; steps are equally wide and without holes."""
    width = steps[1].start - steps[0].start if len(steps) > 1 else 1.0
    across = scale([s.start for s in steps] + [steps[-1].start + width], 0, WIDTH)
    up = scale([0.0, *(float(s.trades) for s in steps)], height - 24, 18)
    columns = [_column(s, width, across, up) for s in steps]
    axis = [
        element("text", text(word), x=across(x), y=height - 6, text_anchor="middle")
        for x, word in words
    ]
    return element(
        "svg", *columns, *axis, viewBox=f"0 0 {WIDTH} {height}", role="img", aria_label=says
    )


def _column(step: Step, width: float, across: Scale, up: Scale) -> Html:
    left, right = across(step.start), across(step.start + width)
    tone = "up" if step.start >= 0 else "down"
    shape = {"x": left + 1, "width": round(max(right - left - 2, 1.0), 1), "y": up(step.trades)}
    bar = element("rect", **shape, height=round(up(0) - up(step.trades), 1), class_=f"bar {tone}")
    middle = round((left + right) / 2, 1)
    count = element(
        "text", text(step.trades), x=middle, y=up(step.trades) - 4, text_anchor="middle"
    )
    return joined([bar, count] if step.trades else [])
