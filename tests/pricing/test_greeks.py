import math

import numpy as np
import pytest
from hypothesis import assume, given, strategies as st

from rustro_kernel.pricing.formula import RATE, forward as fair_forward
from rustro_kernel.pricing.greeks import greeks, implied_volatility

CALL, PUT = 1.0, 0.0
rights = st.sampled_from([CALL, PUT])
forwards = st.floats(15_000, 20_000)
strikes = st.integers(300, 400).map(lambda n: n * 50.0)
years = st.floats(1 / 365, 0.2)
sigmas = st.floats(0.08, 0.6)


def test_the_textbook_value_comes_out():
    """Hull, Options, Futures and Other Derivatives: F = K = 20, a third of a year, 9 %, 25 %."""
    undiscounted = greeks(20, 20, 4 / 12, 0.25, PUT).premium * math.exp(RATE * 4 / 12)
    assert undiscounted * math.exp(-0.09 * 4 / 12) == pytest.approx(1.1166, abs=5e-5)


@given(forwards, strikes, years, sigmas)
def test_calls_and_puts_are_in_parity(forward, strike, t, sigma):
    call, put = (greeks(forward, strike, t, sigma, right) for right in (CALL, PUT))
    discount = math.exp(-RATE * t)
    assert call.premium - put.premium == pytest.approx(discount * (forward - strike), abs=1e-6)
    assert call.delta - put.delta == pytest.approx(discount)
    assert (call.gamma, call.vega) == pytest.approx((put.gamma, put.vega))


@given(forwards, strikes, years, sigmas, rights)
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


@given(forwards, strikes, years, sigmas, rights)
def test_the_premium_gives_its_volatility_back(forward, strike, t, sigma, right):
    found = greeks(forward, strike, t, sigma, right)
    assume(found.vega > 1.0)
    back = implied_volatility(found.premium, forward, strike, t, right)
    assert back == pytest.approx(sigma, abs=1e-6)


@pytest.mark.parametrize(("premium", "left"), [(90.0, 0.1), (0.0, 0.1), (200.0, 0.0), (1e6, 0.1)])
def test_a_premium_outside_what_any_volatility_gives_has_none(premium, left):
    assert np.isnan(implied_volatility(premium, 17_100, 17_000, left, CALL))


def test_a_chain_is_priced_at_once_with_the_bits_of_each_alone():
    strike, call = np.array([16_900.0, 17_000.0, 17_300.0]), np.array([1.0, 0.0, 1.0])
    sigma = np.array([0.2, 0.15, 0.12])
    together = greeks(17_050.0, strike, 0.02, sigma, call)
    alone = [greeks(17_050.0, *one) for one in zip(strike, [0.02] * 3, sigma, call, strict=True)]
    assert together.theta.tolist() == [one.theta for one in alone]
    back = implied_volatility(together.premium, 17_050.0, strike, 0.02, call)
    assert back == pytest.approx(sigma, abs=1e-9)


def test_at_expiry_an_option_is_worth_what_it_can_be_turned_into():
    found = greeks(17_100, 17_000, 0.0, 0.2, CALL)
    assert (found.premium, found.delta, found.gamma, found.vega) == (100, 1, 0, 0)
    assert greeks(17_100, 17_000, 0.0, 0.2, PUT).premium == 0


def test_a_forward_is_above_its_index_by_the_carry():
    assert fair_forward(100.0, 1.0) == pytest.approx(107.5731, abs=1e-4)
    assert fair_forward(100.0, 0.0) == 100.0
