import pytest
from hypothesis import given, strategies as st

from rustro_kernel.domain.settings import Risk
from rustro_kernel.engine.sizing import (
    MULTIPLIER,
    days_multiplier_bps,
    size,
    vix_multiplier,
)
from tests.make import VIX, Bench, trigger_at


def sized(
    balance=50_000_000, vix=1850, days=4, premium=15_000, lot=50, freeze=1800, max_lots=0, **risk
):
    return size(
        Risk(**risk),
        balance=balance,
        vix_paise=vix,
        days=days,
        premium=premium,
        lot=lot,
        freeze=freeze,
        max_lots=max_lots,
    )


@pytest.mark.parametrize(
    ("vix", "multiplier"),
    [
        (0, 1.25),
        (10, 1.25),
        (11.99, 1.25),
        (12, 1.25),
        (16, 1.125),
        (18.5, 1.046875),
        (20, 1.0),
        (25, 0.875),
        (30, 0.75),
        (30.01, 0.5),
        (35, 0.5),
    ],
)
def test_the_higher_the_vix_the_smaller_the_size(vix, multiplier):
    assert vix_multiplier(round(vix * 100)) == multiplier * MULTIPLIER


@pytest.mark.parametrize(
    ("days", "bps"), [(7, 10_000), (5, 10_000), (4, 7500), (2, 7500), (1, 5000), (0, 5000)]
)
def test_the_nearer_the_expiry_the_smaller_the_size(days, bps):
    assert days_multiplier_bps(days) == bps


def test_the_example_of_the_contract_buys_one_lot_of_50():
    made = sized()
    assert (made.amount_paise, made.lots, made.units) == (785_156, 1, 50)


def test_and_none_of_65():
    made = sized(lot=65)
    assert (made.amount_paise, made.lots, made.units) == (785_156, 0, 0)


def test_units_are_capped_by_the_largest_quantity_in_whole_lots():
    assert sized(balance=10**10, max_quantity=199).units == 150


def test_units_are_capped_by_the_freeze_quantity():
    assert sized(balance=10**10).units == 1800
    assert sized(balance=10**9 * 4, freeze=0).units == 4150


@pytest.mark.parametrize("wrong", [{"premium": 0}, {"lot": 0}])
def test_without_a_price_or_a_lot_nothing_is_bought(wrong):
    assert sized(**wrong).units == 0


@given(
    st.integers(0, 10**11),
    st.integers(0, 9000),
    st.integers(0, 30),
    st.integers(1, 10**6),
    st.integers(1, 2000),
)
def test_a_size_never_costs_more_than_its_amount(balance, vix, days, premium, lot):
    made = sized(balance=balance, vix=vix, days=days, premium=premium, lot=lot)
    assert made.units * premium <= made.amount_paise <= balance * 2 * 125 // 10_000 + 1
    assert made.units == made.lots * lot
    assert made.units <= 1800


def test_no_lot_fits_and_the_gate_says_so():
    bench = trigger_at(Bench(balance=300_000))
    assert bench.said("SignalGenerated") == []
    assert (bench.gate("size").value, bench.gate("size").ok) == (0, False)
    assert bench.last("EntryEvaluated").first_no == "size"


def test_the_size_follows_the_vix_of_the_moment():
    calm, wild = Bench(), Bench()
    wild.prices[VIX] = 25.0
    assert trigger_at(calm).last("SignalGenerated").units == 150  # 22 500 over 7 500
    assert trigger_at(wild).last("SignalGenerated").units == 100  # 17 500 over 7 500


@pytest.mark.parametrize(("compound", "units"), [(True, 200), (False, 150)])
def test_todays_result_counts_when_it_compounds(compound, units):
    bench = Bench(account__compound=compound)
    bench.state.account.realised = 40_000_000
    assert trigger_at(bench).last("SignalGenerated").units == units


def test_the_first_live_sessions_buy_no_more_lots_than_they_may():
    assert sized(premium=500).lots == 31
    assert sized(premium=500, max_lots=1).units == 50


def test_a_session_that_may_buy_one_lot_buys_one():
    assert trigger_at(Bench()).last("SignalGenerated").units == 150
    assert trigger_at(Bench(max_lots=1)).last("SignalGenerated").units == 50
