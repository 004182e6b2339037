import pandas as pd
import pytest
from vollib.black import black
from vollib.black.greeks import analytical
from vollib.black.implied_volatility import implied_volatility

from rustro_kernel.domain.errors import BadData
from rustro_kernel.pricing.formula import RATE
from rustro_kernel.research.chain_greeks import chain_greeks

FORWARD, YEARS = 17_050.0, 6 / 365


def chain(sigma=0.14):
    rows = [(k, r) for k in (16_500.0, 16_900.0, 17_050.0, 17_200.0) for r in ("CE", "PE")]
    frame = pd.DataFrame(rows, columns=["strike", "right"])
    flags = frame.right.map({"CE": "c", "PE": "p"})
    priced = [
        black(flag, FORWARD, k, YEARS, RATE, sigma)
        for flag, k in zip(flags, frame.strike, strict=True)
    ]
    return frame.assign(premium=priced, flag=flags)


def test_volatility_and_greeks_are_those_of_vollib():
    found = chain_greeks(chain(), FORWARD, YEARS)
    for row in found.itertuples():
        market = (row.flag, FORWARD, row.strike, YEARS, RATE)
        sigma = implied_volatility(row.premium, FORWARD, row.strike, RATE, YEARS, row.flag)
        assert row.iv_pct == pytest.approx(100 * sigma, abs=1e-5)
        assert row.delta == pytest.approx(analytical.delta(*market, sigma), abs=1e-6)
        assert row.gamma == pytest.approx(analytical.gamma(*market, sigma), abs=1e-8)
        assert row.theta_day == pytest.approx(analytical.theta(*market, sigma), abs=1e-5)
        assert row.vega_point == pytest.approx(analytical.vega(*market, sigma), abs=1e-5)


def test_a_holder_loses_by_waiting_and_gains_by_volatility():
    found = chain_greeks(chain(), FORWARD, YEARS)
    assert (found.theta_day < 0).all()
    assert (found.vega_point > 0).all()
    assert found.iv_pct.tolist() == pytest.approx([14.0] * 8, abs=1e-5)


def test_a_premium_below_its_intrinsic_value_has_no_volatility():
    found = chain_greeks(chain().head(1).assign(premium=500.0), FORWARD, YEARS)
    assert found[["iv_pct", "delta", "theta_day"]].isna().all(axis=None)


def test_a_row_without_strike_or_premium_has_no_volatility():
    broken = chain().head(4)
    broken.loc[0, "strike"], broken.loc[1, "premium"] = float("nan"), float("nan")
    assert chain_greeks(broken, FORWARD, YEARS).iv_pct.isna().tolist() == [True, True, False, False]


def test_a_chain_without_premiums_or_with_other_rights_is_refused():
    with pytest.raises(BadData, match="lacks premium"):
        chain_greeks(chain().drop(columns="premium"), FORWARD, YEARS)
    with pytest.raises(BadData, match="something else than CE and PE"):
        chain_greeks(chain().assign(right="C"), FORWARD, YEARS)
