import pandas as pd
import pytest

from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.research.plateau import plateau


def test_neighbours_differ_in_one_parameter_by_one_step():
    grid = [(a, b) for a in (10, 15, 20) for b in (1, 2, 3)]
    figures = [0, 1, 0, 2, 9, 4, 0, -3, 0]
    table = pd.DataFrame(grid, columns=["a", "b"]).assign(sharpe=figures)
    found = plateau(table, ["a", "b"])
    middle, corner = found.iloc[4], found.iloc[0]
    assert (middle.neighbours, middle.neighbour_median, middle.neighbour_worst) == (4, 1.5, -3)
    assert middle.neighbours_good_pct == 75
    assert (corner.neighbours, corner.neighbour_median) == (2, 1.5)


def test_a_peak_on_bad_ground_has_no_good_neighbour():
    table = pd.DataFrame({"a": [1, 2, 3, 4, 5], "sharpe": [-1.0, -1.0, 5.0, -1.0, -1.0]})
    assert plateau(table, ["a"]).neighbours_good_pct.tolist() == [0, 50, 0, 50, 0]


def test_random_sets_have_their_nearest_ones_as_neighbours():
    table = pd.DataFrame({"a": [1, 5, 2, 9], "b": [3, 1, 9, 4], "sharpe": [1.0, 2.0, 3.0, 4.0]})
    assert plateau(table, ["a", "b"]).neighbours.tolist() == [3, 3, 3, 3]


def test_a_neighbour_that_never_traded_or_failed_is_not_good():
    table = pd.DataFrame({"a": [1, 2, 3], "sharpe": [1.0, 2.0, None]})
    assert plateau(table, ["a"]).neighbours_good_pct.tolist() == [100, 50, 100]


def test_words_and_truths_are_parameters_too():
    table = pd.DataFrame({"a": ["off", "hours20", "off"], "b": [True, True, False]})
    found = plateau(table.assign(sharpe=[1.0, 2.0, 3.0]), ["a", "b"])
    assert found.neighbours.tolist() == [2, 1, 1]


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(BadUsage, match="no column luck"):
        plateau(pd.DataFrame({"a": [1], "sharpe": [1.0]}), ["a"], "luck")
