"""`ta` seeds another way and agrees once that has worn off; its warm-up zeros are no values."""

import numpy as np
import pandas as pd
import pytest
from ta.momentum import RSIIndicator
from ta.trend import ADXIndicator, EMAIndicator

from rustro_kernel.indicators import adx, ema, rsi


@pytest.fixture(scope="module")
def year(walk):
    return [pd.Series(column[:1_000]) for column in walk]


def test_adx_and_dis_agree_with_ta_after_400_bars(year):
    theirs = ADXIndicator(*year, window=14)
    pairs = zip(adx(*year, 14), (theirs.adx(), theirs.adx_pos(), theirs.adx_neg()), strict=True)
    for ours, other in pairs:
        assert ours[400:] == pytest.approx(other.to_numpy()[400:], abs=1e-9)


def test_rsi_and_ema_agree_with_ta_after_400_bars(year):
    strength = RSIIndicator(year[2], window=14).rsi().to_numpy()
    average = EMAIndicator(year[2], window=9).ema_indicator().to_numpy()
    assert rsi(year[2], 14)[400:] == pytest.approx(strength[400:], abs=1e-9)
    assert ema(year[2], 9)[400:] == pytest.approx(average[400:], abs=1e-9)


def test_where_ta_says_zero_in_its_warm_up_we_say_nan(year):
    theirs = ADXIndicator(*year, window=14).adx().to_numpy()
    assert (theirs[:27] == 0.0).all()
    assert np.isnan(adx(*year, 14)[0][:27]).all()


def test_where_ta_raises_on_few_bars_we_say_nan(year):
    few = [column[:20] for column in year]
    with pytest.raises((IndexError, ValueError)):
        ADXIndicator(*few, window=14).adx()
    assert np.isnan(adx(*few, 14)[0]).all()
