import pytest
from hypothesis import given, strategies as st

from rustro_kernel.domain.money import (
    bps,
    paise,
    round_half_up,
    share_floor,
    tick_down,
    tick_up,
)

prices, ticks = st.integers(0, 10**9), st.sampled_from([1, 5, 10])


def test_rupees_become_the_nearest_paisa():
    assert (paise(128.30), paise(0.005), paise(1.15)) == (12_830, 0, 115)


def test_percentages_become_basis_points():
    assert (bps(1.5), bps(0.25), bps(20)) == (150, 25, 2000)


@pytest.mark.parametrize(("price", "stop"), [(12_830, 12_637), (15_400, 15_169), (15_800, 15_563)])
def test_a_stop_rounds_down_to_the_paisa(price, stop):
    assert share_floor(price, 9850) == stop


def test_limits_round_outward_to_the_tick():
    assert (tick_up(10_001, 5), tick_up(10_000, 5)) == (10_005, 10_000)
    assert (tick_down(10_004, 5), tick_down(10_005, 5)) == (10_000, 10_005)


@given(prices, ticks)
def test_a_price_lies_between_its_two_roundings(price, tick):
    low, high = tick_down(price, tick), tick_up(price, tick)
    assert low <= price <= high
    assert high - low in (0, tick)
    assert low % tick == high % tick == 0


def test_halves_round_away_from_zero():
    assert [round_half_up(n, 10) for n in (4, 5, 15, -5, -4)] == [0, 1, 2, -1, 0]


@given(st.integers(-(10**18), 10**18), st.integers(1, 10**13))
def test_rounding_is_never_off_by_more_than_half(amount, unit):
    assert abs(2 * (round_half_up(amount, unit) * unit - amount)) <= unit
