import datetime as dt

import pytest
from hypothesis import given, strategies as st

from rustro_kernel.domain.market_time import MINUTE, at
from rustro_kernel.pricing.formula import forward
from rustro_kernel.pricing.greeks import Greeks, greeks
from rustro_kernel.records.attribution import YEAR_NS, Mark, attribution, explained
from tests.records.day import trade
from tests.records.make import START

EXPIRY_NS = at(dt.date(2021, 12, 2), "15:30")


def test_every_part_is_the_greek_times_what_changed():
    first, last = Greeks(100, 0.5, 0.0010, -8760, 900), Greeks(110, 0.6, 0.0014, -8760, 1100)
    entry = Mark(START, 10_000, 1_700_000, 0.20, first)
    exit_ = Mark(START + 60 * MINUTE, 11_000, 1_702_000, 0.21, last)
    values = {"buy_value_paise": 505_000, "sell_value_paise": 545_000}
    costs = {"gross_paise": 40_000, "charges_paise": 6_000, "net_paise": 34_000}
    found = attribution(trade(units=50, **values, **costs), entry, exit_)
    assert found.delta_paise == 50 * 0.5 * 2_000
    assert found.gamma_paise == 50 * 0.0012 * 2_000**2 / 2
    assert found.theta_paise == -50  # 60 minutes of 8 760 a year, 50 units
    assert found.vega_paise == 50 * 1000 * 0.01
    assert found.spread_paise == -5_000 - 5_000
    assert found.charges_paise == -6_000
    assert found.residual_paise == 34_000 - (50_000 + 120_000 - 50 + 500 - 10_000 - 6_000)
    assert sum(found.parts.values()) == found.net_paise == 34_000


def priced(start, end, minutes, sigmas, strike, right, slip):
    """A trade whose mids are Black-76 and whose fills are a slip worse."""
    mids, moments = [], (START, START + minutes * MINUTE)
    for moment, index, sigma in zip(moments, (start, end), sigmas, strict=True):
        years = (EXPIRY_NS - moment) / YEAR_NS
        fair = greeks(forward(index, years), strike, years, sigma, float(right == "CE"))
        mids.append(fair.premium)
    buy, sell = round(50 * (mids[0] + slip)), round(50 * (mids[1] - slip))
    made = trade(
        right=right, strike_paise=strike, units=50, entry_ns=moments[0], exit_ns=moments[1],
        entry_underlying_paise=start, exit_underlying_paise=end, buy_value_paise=buy,
        sell_value_paise=sell, gross_paise=sell - buy, net_paise=sell - buy - 6_000,
    )  # fmt: skip
    return made, (mids[0], mids[1])


@given(
    st.integers(1_680_000, 1_720_000),
    st.integers(-8_000, 8_000),
    st.integers(1, 120),
    st.tuples(st.floats(0.15, 0.22), st.floats(-0.01, 0.01)),
    st.sampled_from(("CE", "PE")),
)
def test_of_an_ordinary_move_second_order_explains_nearly_all(start, move, minutes, vols, right):
    sigmas = vols[0], vols[0] + vols[1]
    made, mids = priced(start, start + move, minutes, sigmas, 1_700_000, right, slip=20)
    found = explained(made, mids)
    sizes = [abs(paise) for name, paise in found.parts.items() if name != "residual"]
    assert abs(found.residual_paise) <= 0.03 * sum(sizes) + 100
    assert found.spread_paise == pytest.approx(-50 * 40, abs=2)
    assert sum(found.parts.values()) == made.net_paise


def test_without_quotes_the_spread_is_part_of_the_others():
    made, _ = priced(1_700_000, 1_704_000, 10, (0.18, 0.18), 1_700_000, "CE", slip=20)
    found = explained(made)
    assert (found.spread_paise, sum(found.parts.values())) == (0, made.net_paise)


odd = st.integers(0, 3) | st.integers(0, 10_000_000)


@given(
    st.tuples(odd, odd, odd, odd, odd), st.integers(0, 10 * 24 * 60), st.sampled_from(("CE", "PE"))
)
def test_whatever_a_record_holds_is_explained_to_the_paisa_or_not_at_all(figures, minutes, right):
    units, bought, sold, *ends = figures
    made = trade(
        right=right, units=units, buy_value_paise=bought, sell_value_paise=sold,
        entry_underlying_paise=ends[0], exit_underlying_paise=ends[1],
        exit_ns=START + minutes * MINUTE,
    )  # fmt: skip
    found = explained(made)
    assert found is None or sum(found.parts.values()) == made.net_paise


def test_a_premium_below_its_own_worth_is_not_explained():
    deep = trade(entry_underlying_paise=1_800_000, buy_value_paise=50 * 90_000)
    assert explained(deep) is None
