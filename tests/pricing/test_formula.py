import itertools
import math

import numpy as np
import pytest
from hypothesis import given, strategies as st

from rustro_kernel.pricing.formula import (
    RATE,
    black76,
    exp,
    log,
    normal_cdf,
    on_tick,
    premium,
    smile,
)

SPOT = 2_000_000.0
WEEK = 7 / 365


def one(value):
    return np.array([float(value)])


def european(call, strike=100.0, forward=100.0, years=0.25, sigma=0.2):
    width = sigma * math.sqrt(years)
    return float(black76(one(forward), strike, one(years), one(width), float(call))[0])


def model(strike, call, years=WEEK, clock_years=WEEK, vix=15.0, spot=SPOT):
    return float(premium(one(spot), strike, one(years), one(clock_years), one(vix), call)[0])


def test_the_normal_distribution_is_known_to_ten_digits():
    known = {0.0: 0.5, 1.0: 0.8413447460685429, -1.96: 0.0249978951482204, 3.0: 0.9986501019683699}
    for x, expected in known.items():
        assert normal_cdf(one(x))[0] == pytest.approx(expected, abs=1e-15)


@given(st.floats(-600, 600))
def test_the_exponential_is_that_of_the_library_to_fifteen_digits(x):
    assert exp(one(x))[0] == pytest.approx(math.exp(x), rel=1e-15)


@given(st.floats(0.25, 4))
def test_the_logarithm_is_that_of_the_library_to_fourteen_digits(x):
    assert log(one(x))[0] == pytest.approx(math.log(x), abs=4e-15)


def test_an_at_the_money_call_has_its_textbook_price():
    assert european(1) == pytest.approx(3.9878 * np.exp(-RATE * 0.25), abs=1e-3)


@given(
    strike=st.floats(50, 200), forward=st.floats(50, 200),
    years=st.floats(0, 1), sigma=st.floats(0.05, 1),
)  # fmt: skip
def test_premiums_keep_parity_and_never_fall_below_intrinsic(strike, forward, years, sigma):
    call, put = (european(right, strike, forward, years, sigma) for right in (1, 0))
    discounted = np.exp(-RATE * years) * (forward - strike)
    assert call - put == pytest.approx(discounted, abs=1e-9)
    assert min(call, put) >= 0
    assert call >= discounted - 1e-9


def test_at_expiry_only_the_intrinsic_value_is_left():
    assert european(1, 90.0, years=0.0) == pytest.approx(10.0)
    assert european(0, 90.0, years=0.0) == 0.0
    assert model(1_990_000.0, 1.0, years=0.0, clock_years=0.0) == pytest.approx(10_000.0)


def test_the_model_at_the_money_a_week_before_expiry_is_as_worked_out_by_hand():
    # forward 2_000_000 e^(0.073 x 7/365) = 2_002_802; level 0.866 + 0.155 x 7/37 = 0.89532;
    # width 0.15 x 0.89532 x sqrt(7/365) = 0.018598; 0.39894 x width x forward, discounted
    assert model(2_002_802.0, 1.0) == pytest.approx(14_841, abs=5)


def test_a_low_strike_has_more_volatility_than_a_high_one_and_both_more_than_the_middle():
    low, middle, high = (float(smile(one(x), one(WEEK))[0]) for x in (-2.0, 0.0, 2.0))
    assert (middle, low > high > middle) == (1.0, True)


@given(
    vix=st.floats(8, 80), days=st.floats(0, 60),
    strike=st.integers(300, 499), call=st.sampled_from([0.0, 1.0]),
)  # fmt: skip
def test_calls_never_rise_with_the_strike_and_puts_never_fall(vix, days, strike, call):
    lower, higher = (
        model(5_000.0 * n, call, days / 365, days / 365, vix) for n in (strike, strike + 1)
    )
    assert lower >= higher if call else higher >= lower


@given(st.floats(8, 80), st.integers(360, 440), st.sampled_from([0.0, 1.0]))
def test_a_premium_above_its_intrinsic_value_decays(vix, strike, call):
    clocks = [model(5_000.0 * strike, call, 0.0, days / 365, vix) for days in (0, 0.5, 2, 7, 30)]
    assert all(later <= earlier for later, earlier in itertools.pairwise(clocks))


@pytest.mark.parametrize(
    ("fair", "quoted"), [(12.4, 10), (12.5, 15), (17.4, 15), (0.2, 5), (0.0, 5), (7_502.5, 7_505)]
)
def test_a_premium_is_rounded_to_the_nearest_tick_and_is_never_below_one(fair, quoted):
    assert on_tick(one(fair), 5.0)[0] == quoted
