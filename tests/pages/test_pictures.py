import math
import re
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from rustro_kernel.pages.bars import Bar, Step, bars, histogram
from rustro_kernel.pages.lines import LEFT, RIGHT, WIDTH, Line, Mark, Span, picture
from rustro_kernel.pages.scale import round_ticks, scale
from tests.pages.reading import asks_for, read

numbers = st.floats(-1e9, 1e9, allow_nan=False)


def drawn(*points, **more):
    return picture([Line(list(points), **more)], [], says="it", show=str, with_zero=True)


def places(svg, name="line"):
    """The points of the first path of a class."""
    [path] = re.findall(rf'd="M([^"Z]+)Z?" class="{name}"', svg)[:1]
    return [tuple(map(float, point.split())) for point in path.split("L")]


def test_a_line_goes_from_edge_to_edge_and_up_is_up():
    first, second = places(drawn((0, 0), (10, 5)))
    assert (first[0], second[0]) == (LEFT, WIDTH - RIGHT)
    assert second[1] < first[1]


def test_a_stepped_line_stays_until_its_next_point():
    found = places(drawn((0, 1), (5, 3), (10, 2), is_stepped=True))
    assert all(a[1] == b[1] or a[0] == b[0] for a, b in pairwise(found))
    assert len(found) == 5


def test_gains_and_losses_are_filled_apart():
    svg = drawn((0, 2), (5, -2), (10, 2), is_filled=True)
    zero = places(svg, "fill up")[0][1]
    assert all(y <= zero for _, y in places(svg, "fill up"))
    assert all(y >= zero for _, y in places(svg, "fill down"))


@given(st.lists(st.tuples(numbers, numbers), max_size=30))
def test_any_points_give_a_whole_picture_inside_its_frame(points):
    points.sort()
    svg = picture([Line(points)], [(0.0, "0")], says="any", show=str)
    assert asks_for(svg) == []
    for x, y in places(svg) if points else []:
        assert 0 <= x <= WIDTH
        assert 0 <= y <= 260


def test_marks_and_spans_say_what_they_are():
    svg = picture(
        [Line([(0, 1), (9, 2)])],
        [],
        says="it",
        show=str,
        marks=[Mark(1, 1, "entry <1>", "up", "enter"), Mark(2, 2, "dot")],
        spans=[Span(1, 2, "held")],
    )
    assert read(svg).texts[:1] == ["held"]
    assert {"entry <1>", "dot"} < set(read(svg).texts)


@given(numbers, numbers)
def test_ticks_are_round_inside_and_few(one, other):
    low, high = min(one, other), max(one, other)
    if high - low > 1e-3:
        found = round_ticks(low, high)
        assert len(found) <= 5
        assert all(low - 1e-6 <= tick <= high + 1e-6 for tick in found)
        assert found == sorted(set(found))


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [(0, 10, [0, 5, 10]), (16_950, 17_330, [17_000, 17_100, 17_200, 17_300]), (3, 3, [3])],
)
def test_ticks_written_out(low, high, ticks):
    assert round_ticks(low, high) == ticks


@given(st.lists(numbers, max_size=5))
def test_an_axis_of_anything_has_two_ends(values):
    found = scale(values, 0, 100)
    assert found.high > found.low
    assert all(-0.1 <= found(v) <= 100.1 for v in values)
    assert math.isfinite(found(0))


def test_bars_left_of_zero_are_losses():
    rows = [Bar("a", 10, "10", "up"), Bar("b", -5, "-5", "down", says="b lost")]
    boxes = [a for tag, a in read(bars(rows, says="it")).tags if tag == "rect"]
    assert float(boxes[1]["x"]) + float(boxes[1]["width"]) == pytest.approx(float(boxes[0]["x"]))


def test_a_histogram_has_a_column_for_each_class_with_trades():
    svg = histogram([Step(-1, 2), Step(0, 0), Step(1, 5)], [(0, "0")], says="it")
    assert len([tag for tag, _ in read(svg).tags if tag == "rect"]) == 2
    assert read(svg).texts == ["2", "5", "0"]
