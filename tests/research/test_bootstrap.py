import numpy as np
import pytest
from hypothesis import given, strategies as st

from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.research import ratios
from rustro_kernel.research.bootstrap import interval, resampled

RETURNS = np.random.default_rng(3).normal(0.001, 0.01, 250)


def mean(returns):
    return returns.mean(axis=-1)


def test_the_same_seed_gives_the_same_interval_and_another_one_another():
    first, again, other = (interval(RETURNS, ratios.sharpe, seed=s) for s in (1, 1, 2))
    assert first == again != other


def test_the_interval_of_a_mean_is_that_of_the_textbook():
    """Independent days: mean +- 1.645 standard errors."""
    found = interval(RETURNS, mean, block_days=1, draws=20_000)
    error = 1.645 * RETURNS.std() / np.sqrt(250)
    assert found.low == pytest.approx(RETURNS.mean() - error, rel=0.03, abs=error * 0.05)
    assert found.high == pytest.approx(RETURNS.mean() + error, rel=0.03, abs=error * 0.05)


def test_days_that_hang_together_make_the_interval_wider_with_longer_blocks():
    trending = np.repeat(np.random.default_rng(5).normal(0, 0.01, 50), 5)
    short, long = (interval(trending, mean, block_days=b) for b in (1, 10))
    assert long.high - long.low > 1.5 * (short.high - short.low)


@given(st.integers(1, 80), st.floats(1, 30), st.integers(0, 9))
def test_every_block_is_following_days_and_as_long_as_wanted(days, block, seed):
    rows = resampled(days, 40, block, np.random.default_rng(seed))
    assert rows.shape == (40, days)
    assert ((rows >= 0) & (rows < days)).all()
    follows = (np.diff(rows, axis=1) - 1) % days == 0
    if days >= 40:
        assert 1 - follows.mean() == pytest.approx(1 / block, abs=0.12)


def test_blocks_of_one_day_are_drawn_alone_and_every_day_as_often():
    rows = resampled(10, 20_000, 1.0, np.random.default_rng(0))
    assert np.bincount(rows.ravel()) / rows.size == pytest.approx(np.full(10, 0.1), abs=0.005)


def test_a_figure_most_series_do_not_give_has_no_interval():
    found = interval(np.zeros(30), ratios.sharpe)
    assert np.isnan([found.estimate, found.low, found.high]).all()


def test_the_level_says_how_many_series_are_inside():
    narrow, wide = (interval(RETURNS, ratios.sharpe, level=level) for level in (0.5, 0.99))
    assert wide.low < narrow.low < narrow.estimate < narrow.high < wide.high


def test_it_reads_as_a_sentence():
    found = interval(np.array([0.01, 0.01]), mean)
    assert str(found) == "0.01 (90%: 0.01 .. 0.01)"


@pytest.mark.parametrize("wrong", [{"draws": 0}, {"block_days": 0.5}, {"level": 1.0}])
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(BadUsage, match="bootstrap"):
        interval(RETURNS, mean, **wrong)


def test_no_days_are_refused():
    with pytest.raises(BadUsage, match="0 days"):
        interval(np.array([]), mean)
