import datetime as dt
from types import SimpleNamespace

import pandas as pd
import pytest

from rustro_widgets import charts

DAYS = pd.to_datetime([dt.date(2021, 11, day) for day in (1, 2, 3, 8, 9)])
RESULT = SimpleNamespace(
    equity=pd.DataFrame({"net_rs": [100.0, -300.0, 0.0, 500.0, -50.0]}, index=DAYS),
    strategy="adx",
    closed=(1, 2, 3),
)


def titles(chart):
    return [pane.get_title(loc="left") for pane in chart.axes]


def test_a_backtest_is_its_sum_and_how_far_it_fell():
    chart = charts.backtest(RESULT)
    assert titles(chart)[0] == "adx: 3 trades, Rs +250"
    upper, lower = chart.axes
    assert upper.lines[-1].get_ydata().tolist() == [100, -200, -200, 300, 250]
    assert lower.get_ylim()[0] < -290
    assert chart.png().startswith(b"\x89PNG")


def test_each_stretch_of_a_walk_forward_has_a_line_with_its_set():
    table = pd.DataFrame({"test_first": DAYS[[0, 3]], "exits.stop_pct": [10.0, None]})
    walk = SimpleNamespace(oos=RESULT, table=table, by="sharpe", params=["exits.stop_pct"])
    chart = charts.walk_forward(walk)
    assert [text.get_text() for text in chart.axes[0].texts] == ["10", ""]
    assert titles(chart)[0] == "Out of sample, chosen by sharpe: Rs +250"


def test_a_plateau_shows_every_set_and_frames_the_best():
    table = pd.DataFrame({"a": [1, 2, 1, 2], "b": [5, 5, 6, 6], "sharpe": [0.1, -0.2, 0.4, 0.3]})
    (pane,) = charts.plateau(table, "a", "b").axes
    assert [text.get_text() for text in pane.texts] == ["0.10", "-0.20", "0.40", "0.30"]
    assert [line.get_xydata().tolist() for line in pane.lines] == [[[0.0, 1.0]]]


@pytest.mark.parametrize("draws", [(-5.0, 1.0, 7.0), (3.0, 3.0, 3.0)])
def test_a_control_group_marks_the_own_entries_and_the_other_side(draws):
    group = SimpleNamespace(own_rs=4.0, reversed_rs=-9.0, percentile=66.0, drawn_rs=draws)
    chart = charts.control(group)
    assert titles(chart)[0] == "Better than 66 % of 3 random draws"
    assert [line.get_xdata()[0] for line in chart.axes[0].lines] == [4.0, -9.0]
    assert chart.png().startswith(b"\x89PNG")
