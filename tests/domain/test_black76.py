import math

import numpy as np
import pytest
from hypothesis import assume, given, strategies as st

from rustro_kernel.domain.black76 import RATE, forward_of, greeks, implied_volatility
from rustro_kernel.domain.instruments import Right
from rustro_kernel.pricing import formula

CE, PE = Right.CE, Right.PE
forwards = st.floats(15_000, 20_000)
strikes = st.integers(300, 400).map(lambda n: n * 50.0)
years = st.floats(1 / 365, 0.2)
sigmas = st.floats(0.08, 0.6)


def test_the_textbook_value_comes_out():
    """Hull, Options, Futures and Other Derivatives: F = K = 20, a third of a year, 9 %, 25 %."""
    undiscounted = greeks(20, 20, 4 / 12, 0.25, PE).premium * math.exp(RATE * 4 / 12)
    assert undiscounted * math.exp(-0.09 * 4 / 12) == pytest.approx(1.1166, abs=5e-5)


@given(forwards, strikes, years, sigmas)
def test_calls_and_puts_are_in_parity(forward, strike, t, sigma):
    call, put = (greeks(forward, strike, t, sigma, right) for right in (CE, PE))
    discount = math.exp(-RATE * t)
    assert call.premium - put.premium == pytest.approx(discount * (forward - strike), abs=1e-6)
    assert call.delta - put.delta == pytest.approx(discount)
    assert (call.gamma, call.vega) == pytest.approx((put.gamma, put.vega))


@given(forwards, strikes, years, sigmas, st.sampled_from(Right))
def test_the_greeks_are_the_slopes_of_the_premium(forward, strike, t, sigma, right):
    def premium(f=forward, t=t, s=sigma):
        return greeks(f, strike, t, s, right).premium

    found = greeks(forward, strike, t, sigma, right)
    step = 0.5
    slope = (premium(forward + step) - premium(forward - step)) / (2 * step)
    bend = (premium(forward + step) - 2 * premium() + premium(forward - step)) / step**2
    wait = (premium(t=t - 1e-6) - premium(t=t + 1e-6)) / 2e-6
    wilder = (premium(s=sigma + 1e-5) - premium(s=sigma - 1e-5)) / 2e-5
    assert found.delta == pytest.approx(slope, abs=1e-4)
    assert found.gamma == pytest.approx(bend, abs=1e-5)
    assert found.theta == pytest.approx(wait, rel=1e-3, abs=0.5)
    assert found.vega == pytest.approx(wilder, rel=1e-3, abs=0.5)


@given(forwards, strikes, years, sigmas, st.sampled_from(Right))
def test_the_premium_gives_its_volatility_back(forward, strike, t, sigma, right):
    found = greeks(forward, strike, t, sigma, right)
    assume(found.vega > 1.0)
    back = implied_volatility(found.premium, forward, strike, t, right)
    assert back == pytest.approx(sigma, abs=1e-6)


@given(forwards, strikes, years, sigmas, st.sampled_from(Right))
def test_it_is_the_formula_the_simulator_prices_with(forward, strike, t, sigma, right):
    width, call = np.array([sigma * math.sqrt(t)]), float(right is CE)
    theirs = formula.black76(np.array([forward]), strike, t, width, call)[0]
    assert greeks(forward, strike, t, sigma, right).premium == pytest.approx(theirs, abs=1e-8)


@pytest.mark.parametrize(("premium", "left"), [(90.0, 0.1), (0.0, 0.1), (200.0, 0.0), (1e6, 0.1)])
def test_a_premium_outside_what_any_volatility_gives_has_none(premium, left):
    assert implied_volatility(premium, 17_100, 17_000, left, CE) is None


def test_at_expiry_an_option_is_worth_what_it_can_be_turned_into():
    found = greeks(17_100, 17_000, 0.0, 0.2, CE)
    assert (found.premium, found.delta, found.gamma, found.vega) == (100, 1, 0, 0)
    assert greeks(17_100, 17_000, 0.0, 0.2, PE).premium == 0


def test_a_forward_is_above_its_index_by_the_carry():
    assert forward_of(100.0, 1.0) == pytest.approx(107.5731, abs=1e-4)
    assert forward_of(100.0, 0.0) == 100.0
