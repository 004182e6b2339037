"""A picture of lines over time: prices, equity, drawdown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rustro_kernel.pages.html import Html, element, joined, text
from rustro_kernel.pages.scale import Scale, round_ticks, scale

WIDTH = 1040
LEFT, RIGHT, TOP, BOTTOM = 8, 76, 12, 26
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """Points in order of x. `tone` is a class of `look`: empty, soft, up, down, accent.

    A stepped line stays where it is until its next point; a filled one is coloured by sign, down
    to zero.
    """

    points: Sequence[Point]
    tone: str = ""
    is_stepped: bool = False
    is_filled: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened at a point; `shape`: dot, enter, leave."""

    x: float
    y: float
    says: str
    tone: str = ""
    shape: str = "dot"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of x that is shaded."""

    start: float
    end: float
    says: str = ""


def picture(
    lines: Sequence[Line],
    ticks: Sequence[tuple[float, str]],
    *,
    says: str,
    show: Callable[[float], str],
    height: int = 260,
    marks: Sequence[Mark] = (),
    spans: Sequence[Span] = (),
    with_zero: bool = False,
) -> Html:
    """Lines over a common x.

    Args:
        lines: The first ones lie below.
        ticks: Places on x with their words.
        says: What the picture shows, for who cannot see it.
        show: A value of y as the axis writes it.
        height: In the unit in which the picture is `WIDTH` wide.
        marks: On top.
        spans: Below everything.
        with_zero: The axis holds zero, and shows it.
    """
    xs = [x for line in lines for x, _ in line.points] + [x for x, _ in ticks]
    ys = [y for line in lines for _, y in line.points] + [m.y for m in marks]
    across = scale(xs, LEFT, WIDTH - RIGHT)
    up = scale([*ys, *([0.0] if with_zero else [])], height - BOTTOM, TOP, margin=0.06)
    layers = [
        *(_span(span, across, height) for span in spans),
        *_grid(up, show, with_zero=with_zero),
        *(_tick(across(x), word, height) for x, word in ticks),
        *(_line(line, across, up) for line in lines),
        *(_mark(mark, across, up) for mark in marks),
    ]
    return element("svg", *layers, viewBox=f"0 0 {WIDTH} {height}", role="img", aria_label=says)


def _grid(up: Scale, show: Callable[[float], str], *, with_zero: bool) -> list[Html]:
    rows = []
    for value in round_ticks(up.low, up.high):
        y, is_zero = up(value), with_zero and value == 0
        rule = {"x1": LEFT, "x2": WIDTH - RIGHT, "y1": y, "y2": y}
        rows.append(element("line", **rule, class_="zero" if is_zero else "grid"))
        rows.append(element("text", text(show(value)), x=WIDTH - RIGHT + 8, y=y + 4))
    return rows


def _tick(x: float, word: str, height: int) -> Html:
    line = element("line", x1=x, x2=x, y1=TOP, y2=height - BOTTOM, class_="grid")
    return joined([line, element("text", text(word), x=x, y=height - 8, text_anchor="middle")])


def _line(line: Line, across: Scale, up: Scale) -> Html:
    points = _stepped(line.points) if line.is_stepped else list(line.points)
    if not points:
        return Html("")
    drawn = element("path", d=_path(points, across, up), class_=f"line {line.tone}".strip())
    return joined([*(_fills(points, across, up) if line.is_filled else []), drawn])


def _stepped(points: Sequence[Point]) -> list[Point]:
    corners = [(x, before[1]) for before, (x, _) in pairwise(points)]
    pairs = [each for pair in zip(corners, points[1:], strict=True) for each in pair]
    return [*points[:1], *pairs]


def _path(points: Sequence[Point], across: Scale, up: Scale) -> str:
    return "M" + "L".join(f"{across(x):g} {up(y):g}" for x, y in points)


def _fills(points: Sequence[Point], across: Scale, up: Scale) -> list[Html]:
    """The area between line and zero, gains and losses apart."""
    ends = points[0][0], points[-1][0]
    fills = []
    for tone, cut in (("up", max), ("down", min)):
        area = [(ends[0], 0.0), *((x, cut(y, 0.0)) for x, y in points), (ends[1], 0.0)]
        fills.append(element("path", d=_path(area, across, up) + "Z", class_=f"fill {tone}"))
    return fills


def _mark(mark: Mark, across: Scale, up: Scale) -> Html:
    x, y = across(mark.x), up(mark.y)
    title, name = element("title", text(mark.says)), f"mark {mark.tone}".strip()
    if mark.shape == "dot":
        return element("circle", title, cx=x, cy=y, r=5, class_=name)
    side = 1 if mark.shape == "enter" else -1
    tip = f"{x},{y} {x - 6},{y + 11 * side} {x + 6},{y + 11 * side}"
    return element("polygon", title, points=tip, class_=name)


def _span(span: Span, across: Scale, height: int) -> Html:
    x, width = across(span.start), across(span.end) - across(span.start)
    title = element("title", text(span.says))
    shape = {"x": x, "y": TOP, "width": max(round(width, 1), 1.0), "height": height - TOP - BOTTOM}
    return element("rect", title, **shape, class_="hold")
