"""The calendar of stored days."""

import datetime as dt

from rustro_widgets import charts
from rustro_widgets.charts.coverage_map import columns, percent, shade, weeks_of
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


def test_a_day_that_lacks_one_bar_does_not_read_as_whole():
    assert [percent(s) for s in (0.0, 0.001, 0.999, 374 / 375, 1.0)] == [0, 1, 99, 99, 100]
    (pane,) = charts.coverage({WEDNESDAY: 374 / 375}).axes
    assert [text.get_text() for text in pane.texts] == ["15: 99%"]


def test_a_weekend_has_a_column_only_if_it_was_traded():
    saturday = SUNDAY - dt.timedelta(1)
    assert [columns(days) for days in ([WEDNESDAY], [WEDNESDAY, saturday], [SUNDAY])] == [5, 6, 7]
    (pane,) = charts.coverage({WEDNESDAY: 1.0}).axes
    assert [label.get_text() for label in pane.get_xticklabels()][-1] == "Fri"


def test_an_empty_store_says_so():
    assert charts.coverage({}).axes[0].texts[0].get_text() == "no trading day"
