import pandas as pd
import pytest

import rustro_kernel as rk
from rustro_kernel.domain.errors import BadData, BadUsage
from rustro_kernel.records.report import as_json, report
from rustro_kernel.research.catalogue import COLUMNS, runs
from tests.records.day import DAY
from tests.records.make import crashed_run, finished_run, story
from tests.research.bars import bars
from tests.research.own_strategies import Every


def whole(folder):
    """A finished run with the figures of the scripted day."""
    finished_run(folder)
    (folder / "report.json").write_bytes(as_json(report(story(*DAY))))
    return folder


def test_a_run_is_a_row_with_its_figures(tmp_path):
    whole(tmp_path / "runs" / "a")
    [row] = runs(tmp_path / "runs").to_dict("records")
    assert (row["mode"], row["strategy"], row["direction"]) == ("sim", "adx", "NIFTY CE")
    assert (row["trades"], row["wins"], row["net_rs"], row["charges_rs"]) == (1, 1, 40.0, 60.0)
    assert (row["exit_code"], row["folder"]) == (0, str(tmp_path / "runs" / "a"))
    assert str(row["date"].date()) == "2021-11-30"
    assert str(row["started_ist"].tz) == "Asia/Kolkata"


def test_runs_below_other_folders_are_found_and_nothing_inside_a_run(tmp_path):
    whole(tmp_path / "a")
    whole(tmp_path / "old" / "b")
    (tmp_path / "a" / "quarantine").mkdir()
    (tmp_path / "empty").mkdir()
    assert len(runs(tmp_path)) == 2
    assert len(runs(tmp_path / "a")) == 1


def test_a_run_that_was_not_finished_or_is_damaged_has_its_row_and_its_problem(tmp_path):
    crashed_run(tmp_path / "crashed")
    whole(tmp_path / "torn")
    (tmp_path / "torn" / "report.json").write_text('{"run": 3}')
    found = runs(tmp_path).set_index("folder")["problem"]
    assert "the run was not finished" in found[str(tmp_path / "crashed")]
    assert found[str(tmp_path / "torn")].startswith("report.json")


def test_every_column_is_documented_and_there_without_a_run(tmp_path):
    assert list(runs(tmp_path).columns) == list(COLUMNS)


@pytest.fixture(scope="module")
def research(tmp_path_factory):
    """A backtest, a sweep of three sets, one of which fails, and a walk-forward of two."""
    place, history = tmp_path_factory.mktemp("kept"), rk.History.load(bars(34))
    rk.backtest(history, Every).save(place / "backtest")
    stops = {"exits.stop_pct": [10, 15, 150]}
    rk.sweep(history, Every, stops, workers=1, save=place / "sweep")
    sets = {"exits.stop_pct": [10, 15]}
    rk.walk_forward(history, Every, sets, count=2, train_days=2, workers=1).save(place / "walk")
    return place


def test_sweeps_and_walk_forwards_are_rows_beside_the_runs(research):
    table = runs(research).set_index("kind")
    assert sorted(table.index) == ["backtest", "sweep", "walk_forward"]
    assert table.loc[["sweep", "walk_forward"], "sets"].tolist() == [3, 2]
    assert table["strategy"].tolist() == ["every"] * 3
    assert (table.loc["sweep", "problem"], table["mode"].unique()) == (
        "1 of 3 sets failed",
        ["backtest"],
    )
    assert table.loc["walk_forward", "trades"] < table.loc["backtest", "trades"]


def test_a_sweep_says_nothing_of_its_best_set_and_keeps_all_of_them(research):
    [row] = runs(research / "sweep").to_dict("records")
    assert pd.isna(row["net_rs"])
    assert len(row["session_id"]) == 64
    assert pd.read_parquet(research / "sweep" / "sets.parquet")["exits.stop_pct"].tolist() == [
        *(10, 15, 150),
    ]


def test_a_sweep_is_saved_in_a_new_folder_or_not_played_at_all(research):
    played = []
    words = {"save": research / "sweep", "progress": lambda *far: played.append(far)}
    with pytest.raises(BadUsage, match="holds something already; a sweep is saved"):
        rk.sweep(bars(34), Every, {"exits.stop_pct": [10]}, **words)
    assert not played


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("sweep", "is a sweep of many sets: compare two of its sets"),
        ("walk", "its tests, walk.oos"),
    ],
)
def test_many_sets_are_not_compared_as_if_they_were_one(research, name, says):
    with pytest.raises(BadUsage, match=says):
        rk.compare(research / name, research / "backtest")
    with pytest.raises(BadUsage, match="not a DataFrame; of a sweep, compare two of its sets"):
        rk.compare(runs(research), research / "backtest")


def test_a_sweep_is_not_promoted_without_tests(research):
    with pytest.raises(BadUsage, match="is a sweep, which has no tests"):
        rk.promote(research / "sweep")


def test_no_folder_is_refused(tmp_path):
    with pytest.raises(BadData, match="no such folder"):
        runs(tmp_path / "none")
