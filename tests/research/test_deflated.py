import math

import numpy as np
import pytest
from hypothesis import given, strategies as st

from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.research.deflated import (
    deflated_sharpe,
    expected_best,
    probabilistic_sharpe,
    skill,
)

YEARLY = math.sqrt(250)
positive = st.floats(0.001, 0.5)


def test_the_numbers_of_the_paper_come_out():
    """Bailey and Lopez de Prado 2014: 100 tries, five years, a Sharpe ratio of 2.5 a year."""
    assert expected_best(100, 0.5 / 250) == pytest.approx(0.1132, abs=5e-5)
    found = deflated_sharpe(
        2.5 / YEARLY, 1250, trials=100, variance=0.5 / 250, skewness=-3, kurtosis=10
    )
    assert found == pytest.approx(0.9004, abs=5e-5)


def test_half_as_many_tries_and_no_fat_tails_would_have_been_convincing():
    fewer = deflated_sharpe(
        2.5 / YEARLY, 1250, trials=46, variance=0.5 / 250, skewness=-3, kurtosis=10
    )
    assert fewer == pytest.approx(0.9505, abs=5e-4)
    assert deflated_sharpe(2.5 / YEARLY, 1250, trials=88, variance=0.5 / 250) > 0.95


def test_a_sharpe_ratio_at_the_benchmark_is_as_likely_above_as_below():
    assert probabilistic_sharpe(0.1, 500, benchmark=0.1) == pytest.approx(0.5)


@given(positive, st.integers(10, 2000), st.floats(-2, 1), st.floats(3, 12))
def test_one_try_deflates_nothing(sharpe, days, skewness, kurtosis):
    alone = deflated_sharpe(
        sharpe, days, trials=1, variance=1.0, skewness=skewness, kurtosis=kurtosis
    )
    assert alone == pytest.approx(
        probabilistic_sharpe(sharpe, days, skewness, kurtosis), nan_ok=True
    )


@given(positive, st.integers(2, 5000), st.integers(1, 5000), st.floats(1e-6, 0.01))
def test_more_tries_never_make_it_more_likely_that_it_is_skill(sharpe, more, trials, variance):
    few = deflated_sharpe(sharpe, 500, trials=trials, variance=variance)
    many = deflated_sharpe(sharpe, 500, trials=trials + more, variance=variance)
    assert many <= few


def test_the_best_of_many_tries_without_skill_is_as_lucky_as_expected():
    rng = np.random.default_rng(1)
    best = rng.normal(0, 0.05, (4000, 200)).max(axis=1).mean()
    assert best == pytest.approx(expected_best(200, 0.05**2), rel=0.02)


def test_skill_of_returns_is_the_formula_on_their_moments():
    returns = np.array([0.01, -0.005, 0.004, 0.0, 0.012, -0.003])
    mean, spread = returns.mean(), returns.std(ddof=1)
    away = (returns - mean) / returns.std()
    expected = probabilistic_sharpe(mean / spread, 6, (away**3).mean(), (away**4).mean())
    assert skill(returns) == pytest.approx(expected)
    assert skill(returns, trials=50, variance=0.01) < skill(returns)


@pytest.mark.parametrize("returns", [[], [0.01], [0.01, 0.01]])
def test_nothing_is_said_of_returns_that_do_not_vary(returns):
    assert math.isnan(skill(np.array(returns)))


@pytest.mark.parametrize(("trials", "variance"), [(0, 0.1), (0.5, 0.1), (10, -0.1), (math.nan, 1)])
def test_impossible_tries_are_refused(trials, variance):
    with pytest.raises(BadUsage, match="trials"):
        expected_best(trials, variance)
