"""Against empyrical, where it defines the same; and what it leaves undefined."""

import warnings

import numpy as np
import pytest
from hypothesis import given, strategies as st

from rustro_kernel.research import ratios

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of its optional data sources, and of numpy in its formulas
    import empyrical

a_return = st.floats(-0.2, 0.2, allow_nan=False).map(lambda part: round(part, 6))
series = st.lists(a_return, min_size=2, max_size=300).map(np.array)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (ratios.annual_return, empyrical.annual_return),
        (ratios.annual_volatility, empyrical.annual_volatility),
        (ratios.sharpe, empyrical.sharpe_ratio),
        (ratios.sortino, empyrical.sortino_ratio),
        (ratios.calmar, empyrical.calmar_ratio),
        (ratios.max_drawdown, lambda returns: -empyrical.max_drawdown(returns)),
        (ratios.total_return, empyrical.cum_returns_final),
    ],
)
@given(series)
def test_what_empyrical_defines_is_the_same(ours, theirs, returns):
    mine = float(ours(returns))
    with np.errstate(all="ignore"):
        other = float(theirs(returns))
    if np.isfinite(other) and returns.max() > returns.min():
        assert mine == pytest.approx(other, rel=1e-9, abs=1e-12)
    else:
        assert np.isnan(mine) or mine == pytest.approx(other)


@given(st.lists(series, min_size=1, max_size=1), st.integers(1, 4))
def test_a_matrix_gives_the_figure_of_each_row(one, rows):
    stacked = np.stack([one[0] * (1 + n) / rows for n in range(rows)])
    for figure in (ratios.sharpe, ratios.sortino, ratios.calmar, ratios.kurtosis):
        each = [float(figure(row)) for row in stacked]
        assert figure(stacked) == pytest.approx(each, rel=1e-9, nan_ok=True)


def test_figures_written_out():
    returns = np.array([0.10, -0.05, 0.0, 0.02])
    assert ratios.total_return(returns) == pytest.approx(0.0659)
    assert ratios.max_drawdown(returns) == pytest.approx(0.05)
    assert ratios.daily_sharpe(returns) == pytest.approx(0.0175 / 0.0623832, rel=1e-5)
    assert ratios.drawdowns(returns) == pytest.approx([0, 0.05, 0.05, 0.031])


def test_a_loss_on_the_first_day_is_a_drawdown_from_the_start():
    assert ratios.max_drawdown(np.array([-0.1, 0.05])) == pytest.approx(0.1)


@pytest.mark.parametrize("returns", [[], [0.01], [0.01, 0.01, 0.01], [0.1 + 0.2, 0.1 + 0.2]])
def test_no_variation_gives_no_ratio(returns):
    assert np.isnan(ratios.sharpe(np.array(returns)))


def test_gains_alone_give_no_ratio_to_losses():
    gains = np.array([0.01, 0.02, 0.03])
    assert np.isnan(ratios.sortino(gains))
    assert np.isnan(ratios.calmar(gains))


def test_a_lost_account_has_lost_all_of_it_a_year():
    assert ratios.annual_return(np.array([0.1, -1.0])) == -1.0


def test_moments_of_a_coin_that_falls_evenly():
    coin = np.array([-0.01, 0.01] * 50)
    assert ratios.skewness(coin) == pytest.approx(0, abs=1e-12)
    assert ratios.kurtosis(coin) == pytest.approx(1)
