"""The cockpit's chart as a picture, without a browser."""

import subprocess
import sys
from pathlib import Path

import pytest

from rustro_widgets import charts
from rustro_widgets.charts.figure import Chart
from rustro_widgets.panels.candle_chart import ChartPanel
from rustro_widgets.panels.live_text import LiveText
from rustro_widgets.panels.reading import Follower
from tests.widgets import views


def texts(chart: Chart) -> list[str]:
    return [text.get_text() for pane in chart.axes for text in pane.texts]


@pytest.mark.parametrize("timeframe", ["1m", "5m", "15m", "1h", "1d"])
def test_a_session_is_drawn_in_every_timeframe(timeframe: str):
    chart = charts.live(views.FakeSession(views.view(200)), timeframe=timeframe)
    title = chart.axes[0].get_title(loc="left")
    assert title == f"NIFTY, {timeframe}  ·  2026-07-15  ·  SIM"
    assert [pane.get_legend() is not None for pane in chart.axes] == [False, True, True]


def test_the_picture_of_what_is_held_says_its_levels():
    held = views.position(target_paise=15_000, partial=views.bar(9, 12_100))
    session = views.FakeSession(views.view(200, positions=(held,)))
    assert (
        charts.live(session, name=held.symbol).axes[0].get_title(loc="left").startswith("NIFTY21")
    )
    day = [views.bar(n, 12_000 + n) for n in range(200)]
    session.happen(*views.minutes_of(held.symbol, day))
    assert {"entry 120.00", "stop 96.00", "target 150.00"} <= set(
        texts(charts.live(session, name=held.symbol, bars=400))
    )


def test_a_session_before_its_first_bar_is_drawn_as_such():
    assert texts(charts.live(views.FakeSession(views.view(0)))) == ["no bars yet"]


def test_what_the_cockpit_shows_is_saved_as_png_and_svg(tmp_path: Path):
    panel = ChartPanel(lambda _: None, LiveText())
    with pytest.raises(RuntimeError, match="nothing yet"):
        panel.save(tmp_path / "early.png")
    panel.show(Follower(views.FakeSession(views.view(200))).read())
    assert panel.save(tmp_path / "day.png").read_bytes().startswith(b"\x89PNG")
    svg = panel.save(tmp_path / "day.svg").read_text()
    assert "<svg" in svg
    assert panel.save(tmp_path / "again.svg").read_text() == svg
    with pytest.raises(ValueError, match=r"got day\.pdf"):
        panel.save(tmp_path / "day.pdf")


def test_importing_the_picture_loads_no_widgets():
    code = "import sys, rustro_widgets.charts; print({'ipywidgets', 'bqplot'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
