import numpy as np
import pytest
from hypothesis import given, strategies as st

from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.research.folds import choose, chosen, folds, stitched


def spans(cut):
    return [(f.train.start, f.train.stop, f.test.start, f.test.stop) for f in cut]


def test_an_anchored_training_begins_on_the_first_day_and_grows():
    cut = folds(60, count=4)
    assert spans(cut) == [(0, 20, 20, 30), (0, 30, 30, 40), (0, 40, 40, 50), (0, 50, 50, 60)]


def test_a_rolling_training_keeps_its_length():
    cut = folds(60, count=4, anchored=False)
    assert spans(cut) == [(0, 20, 20, 30), (10, 30, 30, 40), (20, 40, 40, 50), (30, 50, 50, 60)]


def test_the_last_test_takes_the_days_that_are_left_over():
    assert spans(folds(65, count=4))[-1] == (0, 50, 50, 65)


def test_lengths_that_are_told_are_kept_and_only_the_last_test_is_shorter():
    cut = folds(25, train_days=10, test_days=6, anchored=False)
    assert spans(cut) == [(0, 10, 10, 16), (6, 16, 16, 22), (12, 22, 22, 25)]


@given(
    days=st.integers(8, 400),
    count=st.integers(1, 12),
    anchored=st.booleans(),
    train=st.none() | st.integers(2, 100),
    test=st.none() | st.integers(1, 50),
)
def test_every_day_after_the_first_training_is_tested_once_and_never_before_it_trained(
    days, count, anchored, train, test
):
    try:
        cut = folds(days, count=count, anchored=anchored, train_days=train, test_days=test)
    except BadUsage:
        return
    tested = [day for fold in cut for day in fold.test]
    assert tested == list(range(cut[0].test.start, days))
    assert all(fold.train.stop == fold.test.start for fold in cut)
    assert all(fold.train.start == 0 for fold in cut) or not anchored


def test_too_few_days_are_refused():
    with pytest.raises(BadUsage, match="3 days cannot be cut"):
        folds(3, train_days=5, test_days=1)


@pytest.mark.parametrize(
    "wrong", [{"count": 0}, {"count": -2}, {"train_days": 0}, {"test_days": -3}]
)
def test_lengths_that_cannot_be_are_named(wrong):
    (name,) = wrong
    with pytest.raises(BadUsage, match=f"{name} is 1 or more, got {wrong[name]}"):
        folds(40, **wrong)


def test_the_set_with_the_best_figure_is_chosen_and_the_first_of_equals():
    returns = np.array([[0.01, -0.01, 0.0], [0.02, 0.01, 0.03], [0.02, 0.01, 0.03]])
    assert choose(returns) == 1
    assert choose(returns, "total_return") == 1


def test_where_no_set_traded_none_is_chosen():
    assert choose(np.zeros((2, 5))) is None
    assert choose(np.zeros((2, 5)), "total_return") is None


def test_an_unknown_figure_is_refused():
    with pytest.raises(BadUsage, match="chosen by one of sharpe, sortino, calmar, total_return"):
        choose(np.ones((1, 3)), "luck")


def test_what_a_test_earns_does_not_help_to_choose_its_set():
    returns = np.array([[0.01, 0.02, 0.01, 0.02, -9.0, -9.0], [0.0, 0.01, 0.0, 0.01, 9.0, 9.0]])
    cut = folds(6, train_days=4, test_days=2)
    rows = chosen(returns, cut)
    assert rows == [0]
    assert stitched(returns, cut, rows).tolist() == [-9.0, -9.0]
