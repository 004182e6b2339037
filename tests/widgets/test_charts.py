"""The static charts: what they are drawn from, and that they can be drawn."""

import sys
from pathlib import Path
from subprocess import run as run_process

import msgspec
import pytest

from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.records.funnel import funnels
from rustro_widgets import charts
from rustro_widgets.charts import adx_points, axis, captions, equity_curve, figure, gate_funnel
from rustro_widgets.charts.day_picture import counted, outcome
from rustro_widgets.charts.history import seen
from rustro_widgets.charts.premium import premium, stop_steps
from rustro_widgets.charts.run_data import RunData, load
from rustro_widgets.charts.why_not import cells, counts
from tests.widgets import make

ALL = [charts.day, charts.adx, charts.equity, charts.why_strip, charts.funnel]


@pytest.fixture(scope="module")
def traded(tmp_path_factory: pytest.TempPathFactory) -> RunData:
    return load(make.day_with_a_trade(tmp_path_factory.mktemp("traded")))


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> RunData:
    return load(make.day_without_one(tmp_path_factory.mktemp("quiet")))


def test_a_run_is_read_in_one_pass(traded: RunData):
    assert (traded.mode, traded.date, traded.underlyings) == ("sim", "2026-07-15", ("NIFTY",))
    assert len(traded.bars_of("NIFTY")) == len(traded.decisions) == 375
    assert len(traded.bars_of("NIFTY", "5m")) == 75
    assert [t.reason for t in traded.trades] == ["TRAILING_STOP"]


def test_a_torn_folder_gives_what_is_whole(tmp_path: Path):
    folder = make.day_without_one(tmp_path / "torn")
    events = folder / "events.jsonl"
    events.write_bytes(events.read_bytes()[:-40])
    assert len(load(folder).decisions) == 374


def test_a_missing_folder_is_named(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        load(tmp_path / "nowhere")


@pytest.mark.parametrize("chart", ALL)
def test_every_chart_is_a_picture_a_notebook_shows(chart, traded: RunData, quiet: RunData):
    for run in (traded, quiet):
        data, size = chart(run)._repr_png_()
        assert data.startswith(b"\x89PNG")
        assert size["width"] == 1000


@pytest.mark.parametrize("chart", ALL)
def test_an_empty_run_is_drawn_as_such(chart, tmp_path: Path):
    folder = make.write(tmp_path / "empty", make.start())
    assert chart(folder).axes


def test_the_title_says_day_mode_and_that_prices_are_invented(traded: RunData):
    title = charts.day(traded).axes[0].get_title(loc="left")
    assert title == "NIFTY, 5m: 1 trade  ·  Wed 15 Jul 2026  ·  SIM · SYNTHETIC"
    stored = msgspec.structs.replace(traded, data="nifty_1m.parquet sha256:00")
    assert captions.kind(stored) == "SIM · PARTLY SYNTHETIC"
    assert captions.kind(msgspec.structs.replace(stored, synthetic=())) == "SIM"
    assert captions.note(traded) == "synthetic: prices, option chain"


def test_an_underlying_the_run_has_not_is_refused(traded: RunData):
    with pytest.raises(KeyError, match="it has NIFTY"):
        charts.day(traded, underlying="SENSEX")


def test_each_minute_has_the_first_gate_that_said_no(traded: RunData):
    found = cells(traded, "NIFTY")
    assert (found[0].start_ns, found[0].reason) == (make.OPEN, "aligned")
    assert counts(found) == [("signal", 1), ("trigger", 268), ("aligned", 60), ("positions", 46)]


def test_the_result_is_open_gross_and_closed_net(traded: RunData):
    points = equity_curve.curve(traded)
    assert points[0].pnl_paise == 65 * 30
    assert equity_curve.total(points) == 600.0


def test_the_stop_starts_fixed_and_trails_until_the_exit(traded: RunData):
    stop = stop_steps(traded, traded.trades[0])
    assert stop.prices == [96.0, 119.0, 127.0, 127.0]
    assert stop.times[-1] == make.EXIT


def test_the_premium_is_shown_around_the_trade(traded: RunData):
    curve = premium(traded, traded.trades[0])
    assert (curve.prices[0], curve.prices[-1]) == (120.3, 133.2)


def test_verdicts_come_with_their_figures(traded: RunData):
    assert adx_points.daily_verdict(traded, "NIFTY") == "CE  (daily_adx 31.2 against 25.0 ✓)"
    assert "aligned in 1 of 1 hours" in adx_points.hourly_verdict(traded, "NIFTY")
    point = adx_points.of_today(traded, "NIFTY")[0]
    assert (point.adx, point.plus, point.minus) == (27.5, 30.0, 12.0)
    assert adx_points.aligned_hours(traded, "NIFTY") == {point.start_ns}


def test_the_funnel_shows_what_stopped_and_names_the_rest(traded: RunData):
    found = funnels(traded.decisions)[0]
    assert {row.gate for row in gate_funnel.shown(found)} == {"aligned", "positions", "trigger"}
    assert gate_funnel.silent(found) == "stopped nothing: direction"


def test_words_of_trades(traded: RunData):
    assert [counted(n) for n in (0, 1, 2)] == ["no trade", "1 trade", "2 trades"]
    assert outcome(traded.trades[0]) == "TRAILING_STOP +600"


def test_the_axis_has_no_gaps_and_speaks_indian_time(traded: RunData):
    day = axis.axis_of(traded.bars_of("NIFTY"))
    assert day.ticks()[0] == (44.5, "10:00")
    assert day.place(make.OPEN) == -0.5
    assert day.place(make.OPEN + 375 * MINUTE) == 374.5
    assert day.place(0) == -0.5
    days = axis.SessionAxis([make.OPEN, make.OPEN + 24 * 60 * MINUTE], MINUTE)
    assert days.ticks() == [(0.5, "16 Jul")]


def test_the_picture_is_the_same_twice(traded: RunData):
    first, second = charts.why_strip(traded), charts.why_strip(traded)
    assert isinstance(first, figure.Chart)
    assert first.png() == second.png()


def test_importing_the_charts_loads_no_matplotlib():
    code = "import sys, rustro_widgets.charts; print('matplotlib' in sys.modules)"
    done = run_process([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_generated_day_shows_the_figures_the_engine_decided_by(generated_day: Path):
    run = load(generated_day)
    found = seen(run.folder)
    last_day = adx_points.before_today(run, found, "NIFTY", Timeframe.D1)[-1]
    decided = adx_points.figures(adx_points.daily_gates(run, "NIFTY"), "daily")
    assert (last_day.adx, last_day.plus, last_day.minus) == decided
    assert all(chart(run).axes for chart in ALL)
