"""The calendar of stored days."""

import datetime as dt

from rustro_widgets import charts
from rustro_widgets.charts.coverage_map import shade, weeks_of
from rustro_widgets.charts.palette import AMBER, DOWN, SKY, UP

WEDNESDAY, SUNDAY = dt.date(2023, 3, 15), dt.date(2023, 3, 26)


def test_every_week_between_the_dates_has_a_row():
    mondays = [dt.date(2023, 3, day) for day in (13, 20)]
    assert weeks_of([SUNDAY, WEDNESDAY]) == mondays
    assert weeks_of([]) == []


def test_the_colour_says_how_much_is_there():
    assert [shade(s) for s in (0.0, 0.4, 0.5, 0.94, 0.95, 0.999, 1.0)] == [
        DOWN,
        DOWN,
        AMBER,
        AMBER,
        SKY,
        SKY,
        UP,
    ]


def test_the_calendar_writes_each_day_and_what_is_missing_of_it():
    chart = charts.coverage({WEDNESDAY: 1.0, SUNDAY: 0.25})
    (pane,) = chart.axes
    assert [text.get_text() for text in pane.texts] == ["15", "26: 25%"]
    assert chart.png().startswith(b"\x89PNG")


def test_an_empty_store_says_so():
    assert charts.coverage({}).axes[0].texts[0].get_text() == "no trading day"
