import datetime as dt
import itertools

import numpy as np
import pytest

import rustro_kernel as rk
from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.research.sets import expanded
from tests.research.bars import bars

HISTORY = rk.History.load(bars(52))
GRID = {"exits.stop_pct": [5, 10, 20], "exits.trail_gap_pct": [2, 101]}


@pytest.fixture(scope="module")
def walk(tmp_path_factory):
    place = {"state.dir": str(tmp_path_factory.mktemp("walk"))}
    return rk.walk_forward(HISTORY, None, GRID, place, profile="demo", count=3)


def test_a_grid_is_every_combination_the_last_key_fastest():
    assert expanded({"a": [1, 2], "b": "x"}) == [{"a": 1, "b": "x"}, {"a": 2, "b": "x"}]
    assert expanded([{"a": 1}, {"b": 2}]) == [{"a": 1}, {"b": 2}]


@pytest.mark.parametrize("grid", [{}, [], {"a": []}])
def test_an_empty_grid_is_refused(grid):
    with pytest.raises(BadUsage, match=r"grid|wants values"):
        expanded(grid)


def test_what_is_shown_is_the_tests_and_nothing_of_the_first_training(walk):
    assert [day.date for day in walk.oos.days] == walk.base.dates[walk.folds[0].test.start :]
    assert walk.folds[0].test.start == 8
    assert repr(walk).startswith("adx out of sample, 2021-11-08 to 2021-11-30: 3 anchored folds")


def test_a_set_that_cannot_be_played_is_listed_and_the_others_go_on(walk):
    assert len(walk.failed) == 3
    assert all("exits.trail_gap_pct: got 101" in why for why in walk.failed.values())
    assert len(walk.played) == 3


def test_each_fold_takes_what_was_best_in_its_training(walk):
    returns = np.array([run.returns for run in walk.played])
    for fold, row in zip(walk.folds, walk.rows, strict=True):
        part = returns[:, : fold.train.stop]
        figures = part.mean(axis=1) / part.std(axis=1, ddof=1)
        assert row == int(figures.argmax())


def test_a_test_is_played_with_the_set_that_was_chosen_for_it(walk):
    for fold, row in zip(walk.folds, walk.rows, strict=True):
        wanted = walk.played[row].params["exits.stop_pct"]
        for place in fold.test:
            assert walk.oos.plan_of(walk.base.dates[place]).cfg.exits.stop_pct == wanted


def test_the_purse_goes_on_from_test_to_test(walk):
    days = walk.oos.days
    for before, after in itertools.pairwise(days):
        assert after.balance_paise == before.balance_paise + before.net_paise


def test_what_comes_later_changes_no_earlier_choice(walk, tmp_path):
    """The whole thing on data that ends with the second test."""
    last = walk.base.dates[walk.folds[1].test.stop - 1]
    cut = walk.folds[0].train.stop, len(walk.folds[0].test)
    place = {"state.dir": str(tmp_path)}
    short = rk.walk_forward(
        HISTORY, None, GRID, place, profile="demo", end=last, train_days=cut[0], test_days=cut[1]
    )
    assert list(short.rows) == list(walk.rows[:2])
    assert [d.net_paise for d in short.oos.days] == [
        d.net_paise for d in walk.oos.days[: len(short.oos.days)]
    ]


def test_the_stitched_result_runs_again_to_the_same_events_and_tells_its_minutes(walk):
    assert walk.oos.rerun().digest == walk.oos.digest
    assert "2021-11-30" in walk.oos.why(dt.date(2021, 11, 30))


def test_every_set_was_counted_as_a_try(walk):
    assert walk.oos.tries.count == 3


def test_a_table_says_for_each_set_how_its_neighbours_did(walk):
    assert walk.sets["neighbours"].tolist() == [2, 2, 3, 3, 2, 2]
    assert walk.sets["failed"].astype(bool).sum() == 3


def test_where_no_set_traded_in_training_nothing_is_entered():
    found = rk.walk_forward(HISTORY, None, {"strategy.daily_adx_threshold": [100]}, count=2)
    assert set(found.rows) == {None}
    assert len(found.oos.trades) == 0
    assert "No trade at all: nothing here can be judged." in repr(found)


def test_if_no_set_can_be_played_the_first_reason_is_told():
    with pytest.raises(BadUsage, match=r"exits.stop_pct: got -1"):
        rk.walk_forward(HISTORY, None, {"exits.stop_pct": [-1]})
