import asyncio

import numpy as np
import pandas as pd
import pytest

import rustro_kernel as rk
from rustro_kernel.domain.errors import BadData, BadUsage
from rustro_kernel.research.sweep import grid
from rustro_kernel.research.sweep.crew import packed, played
from rustro_kernel.research.sweep.table import FIGURES
from tests.research.bars import bars
from tests.research.own_strategies import Every

DATA = bars(36)
HISTORY = rk.History.load(DATA)
STOPS = {"exits.stop_pct": "5:20:5", "strategy.daily_adx_threshold": [15, 25]}


@pytest.fixture(scope="module")
def sweeper():
    return rk.Sweeper(HISTORY, profile="demo")


@pytest.fixture(scope="module")
def table(sweeper):
    return rk.sweep(sweeper, grid=STOPS)


def test_every_combination_is_a_row_in_the_order_of_the_grid(table):
    assert table["exits.stop_pct"].tolist() == [5, 5, 10, 10, 15, 15, 20, 20]
    assert table["strategy.daily_adx_threshold"].tolist() == [15, 25] * 4
    assert list(table.columns) == [*STOPS, *FIGURES]
    assert set(table["played_by"]) == {"kernel"}
    assert set(table["failed"]) == {""}


def test_a_row_is_what_a_backtest_comes_to(table):
    row = table.loc[3]
    result = rk.backtest(
        HISTORY,
        None,
        {"exits.stop_pct": 10, "strategy.daily_adx_threshold": 25},
        profile="demo",
    )
    metrics = result.metrics
    assert row["trades"] == metrics.trades.trades > 3
    assert row["net_rs"] == pytest.approx(metrics.trades.net_rs)
    assert row["charges_rs"] == pytest.approx(metrics.trades.charges.total_rs)
    assert row["win_rate_pct"] == pytest.approx(metrics.trades.win_rate_pct, abs=0.01)
    assert row["sharpe"] == pytest.approx(metrics.returns.sharpe)
    assert row["sortino"] == pytest.approx(metrics.returns.sortino)
    assert row["max_drawdown_pct"] == pytest.approx(metrics.returns.max_drawdown_pct)
    assert row["total_return_pct"] == pytest.approx(metrics.returns.total_return_pct)
    assert row["end_rs"] == pytest.approx(metrics.returns.end_rs)
    assert row["days"] == metrics.returns.days == 8


def test_a_set_that_compiled_code_cannot_express_is_played_by_the_engine(sweeper):
    found = rk.sweep(
        sweeper,
        grid={"exits.broker_stop": ["off", "on"], "exits.stop_pct": [10]},
        workers=1,
    )
    assert found["played_by"].tolist() == ["kernel", "engine"]
    assert found["why_engine"].tolist() == ["", "exits.broker_stop"]
    assert found["engine_days"].tolist() == [0, 8]


def test_ones_own_strategy_sweeps_through_the_engine_and_a_set_that_raises_is_listed():
    found = rk.sweep(HISTORY, Every, {"strategy.params.minutes": [15, 13, 40]}, workers=2)
    assert found["played_by"].tolist() == ["engine"] * 3
    assert found["trades"].iloc[[0, 2]].gt(0).all()
    assert found["failed"].iloc[1].startswith("the strategy every raised on 2021-11-18 in trigger")
    assert np.isnan(found["net_rs"].iloc[1])
    alone = rk.backtest(HISTORY, Every, {"strategy.params.minutes": 40})
    assert found["net_rs"].iloc[2] == pytest.approx(alone.metrics.trades.net_rs)


def test_a_parameter_that_the_strategy_does_not_take_fails_its_set():
    with pytest.raises(
        BadUsage, match=r"strategy\.params\.minutes: .*adx has the parameters: none"
    ):
        rk.sweep(HISTORY, grid={"strategy.params.minutes": [15, 30]}, workers=1)


def test_a_strategy_reaches_workers_by_value():
    payload = packed(rk.Sweeper(HISTORY, Every))
    assert b"thirteen is unlucky" in payload
    assert played(payload, [(4, {"strategy.params.minutes": 20})])[0].place == 4


def test_random_sets_are_the_same_for_the_same_seed_and_lie_in_their_ranges():
    wanted = {"exits.stop_pct": "5:30", "strategy.min_dte": [0, 1, 2]}
    sets = grid.drawn(wanted, 50, seed=3)
    assert sets == grid.drawn(wanted, 50, seed=3)
    assert sets != grid.drawn(wanted, 50, seed=4)
    assert all(5 <= each["exits.stop_pct"] <= 30 for each in sets)
    assert {each["strategy.min_dte"] for each in sets} == {0, 1, 2}


def test_a_range_has_both_ends_and_no_binary_dust():
    assert grid.every({"a": "0.1:0.5:0.1"}) == [{"a": v} for v in (0.1, 0.2, 0.3, 0.4, 0.5)]
    assert grid.every({"a": "5:20:5"}) == [{"a": v} for v in (5, 10, 15, 20)]
    assert grid.every({"a": "1,2.5,off"}) == [{"a": v} for v in (1, 2.5, "off")]


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ({}, "the grid is empty"),
        (
            ["exits.stop_pct"],
            "a grid is values by key, such as {'exits.stop_pct': [10, 20]}, got a",
        ),
        ({"exits.stop_pct": []}, "exits.stop_pct: wants values"),
        ({"exits.stop_pct": "20:5:5"}, "exits.stop_pct: a range goes up from START to STOP"),
        ({"exits.stop_pct": "5:20:0"}, "exits.stop_pct: a range goes up from START to STOP"),
        ({"exits.stop_pct": "5:20"}, "exits.stop_pct: a grid wants START:STOP:STEP"),
        ({"exits.stop_pct": "a:b:c"}, "exits.stop_pct: a range is START:STOP:STEP in numbers"),
        ({"exits.stop_pct": "0:1e9:1"}, "exits.stop_pct: '0:1e9:1' has 1,000,000,001 values"),
        ({"a": "0:999:1", "b": "0:999:1", "c": [1, 2]}, "the grid has 2,000,000 sets"),
    ],
)
def test_a_grid_that_is_none_is_refused_in_a_sentence(sweeper, wanted, sentence):
    with pytest.raises(BadUsage) as caught:
        rk.sweep(sweeper, grid=wanted)
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"n": 0}, "n is 1 to 1,000,000 sets, got 0"),
        ({"n": "5"}, "n is 1 to 1,000,000 sets, got '5'"),
        ({"n": 2.5}, "n is 1 to 1,000,000 sets, got 2.5"),
        ({"n": 3, "seed": -1}, "seed is a whole number from 0 on, got -1"),
        ({"n": 3, "seed": None}, "seed is a whole number from 0 on, got None"),
        ({"workers": 0}, "workers are 1 or more, got 0"),
        ({"workers": 1.5}, "workers are 1 or more, got 1.5"),
        ({"n": "5", "by": "sharpe"}, "n is 1 to 1,000,000 sets, got '5'"),
    ],
)
def test_counts_that_are_none_are_refused_in_a_sentence(sweeper, words, sentence):
    with pytest.raises(BadUsage) as caught:
        rk.sweep(sweeper, grid=STOPS, **words)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("params", [["exits.stop_pct"], "exits.stop_pct=5", {5: 3}])
def test_a_sliders_move_that_is_none_is_refused_in_a_sentence(params):
    with pytest.raises(BadUsage, match=r"settings are (values by key|named by dotted keys)"):
        rk.Sweeper(HISTORY, profile="demo").play(params)


def test_settings_are_named_by_text():
    with pytest.raises(BadUsage) as caught:
        rk.backtest(HISTORY, None, {5: 5})
    assert str(caught.value).endswith("such as exits.stop_pct, got 5")


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_the_same_seed_gives_the_same_table_with_any_number_of_workers(sweeper, workers):
    wanted = {"exits.stop_pct": "5:30", "exits.broker_stop": ["off", "on"]}
    first = rk.sweep(sweeper, grid=wanted, n=6, seed=2, workers=1)
    assert set(first["played_by"]) == {"kernel", "engine"}
    pd.testing.assert_frame_equal(
        rk.sweep(sweeper, grid=wanted, n=6, seed=2, workers=workers), first
    )


def test_an_unknown_parameter_is_refused(sweeper):
    with pytest.raises(BadUsage) as caught:
        rk.sweep(sweeper, grid={"exits.stop_pc": [5, 10]})
    assert "exits.stop_pc" in str(caught.value)


def test_reversed_dates_are_refused():
    with pytest.raises(BadUsage) as caught:
        rk.sweep(HISTORY, grid=STOPS, start="2021-11-30", end="2021-11-29")
    assert "comes after the last one" in str(caught.value)


def test_bars_without_a_price_are_refused():
    frame = DATA.copy()
    frame.loc[100, "close"] = np.nan
    with pytest.raises(BadData):
        rk.sweep(frame, grid=STOPS)


def test_a_value_that_is_not_allowed_is_listed_and_the_others_are_played(sweeper):
    found = rk.sweep(sweeper, grid={"exits.stop_pct": [10, 150]})
    assert found["failed"].iloc[0] == ""
    assert "exits.stop_pct" in found["failed"].iloc[1]


def test_only_other_keys_than_those_of_the_data_can_be_swept(sweeper):
    with pytest.raises(BadUsage) as caught:
        rk.sweep(sweeper, grid={"sim.seed": [1, 2]})
    assert "this history was loaded for" in str(caught.value)


async def test_a_sweep_in_the_background_can_be_awaited(sweeper, table):
    job = rk.start_sweep(sweeper, grid=STOPS)
    found = await asyncio.wait_for(job, 60)
    assert (job.done, job.of, job.progress, job.is_over) == (8, 8, 1.0, True)
    pd.testing.assert_frame_equal(found, table)
    pd.testing.assert_frame_equal(job.partial(), table)


def test_a_cancelled_sweep_gives_what_there_is():
    job = rk.start_sweep(HISTORY, Every, {"strategy.params.minutes": "20:59:1"}, workers=1)
    while job.done == 0 and not job.is_over:
        job._stop.wait(0.05)
    job.cancel()
    found = job.result(60)
    assert job.is_cancelled
    assert 1 <= len(found) < 40
    assert len(job.partial()) == len(found)


def test_a_slider_gets_one_set_from_a_warm_sweeper(sweeper, table):
    outcome = sweeper.play({"exits.stop_pct": 10, "strategy.daily_adx_threshold": 25})
    assert outcome.total["net"] / 100 == table["net_rs"].loc[3]
    with pytest.raises(BadUsage):
        sweeper.play({"exits.stop_pct": 1000})


def test_proposals_move_towards_what_is_better(sweeper):
    grid = {"exits.stop_pct": "2:40:1", "exits.trail_gap_pct": "0.5:20"}
    words = {"n": 48, "by": "net_rs", "seed": 3}
    found = rk.sweep(sweeper, grid=grid, **words)
    assert len(found) == 48
    assert found["exits.stop_pct"].between(2, 40).all()
    assert found["net_rs"].iloc[16:].mean() > found["net_rs"].iloc[:16].mean()
    pd.testing.assert_frame_equal(found, rk.sweep(sweeper, grid=grid, **words))


def test_proposals_are_for_a_figure_of_the_table(sweeper):
    with pytest.raises(BadUsage) as caught:
        rk.sweep(sweeper, grid=STOPS, n=5, by="luck")
    assert str(caught.value).startswith("by is one of net_rs, total_return_pct, sharpe")
