"""The numbers are TA-Lib's, at every bar, within 1e-9, and so are the bars without a number."""

import numpy as np
import pytest
import talib
from hypothesis import given, strategies as st

from rustro_kernel.indicators import adx, ema, rsi

ticks = st.integers(1, 20_000).map(lambda paise: paise * 0.05)
any_bars = st.lists(st.tuples(ticks, ticks, ticks), min_size=1, max_size=90)


def assert_same(ours, theirs):
    assert np.array_equal(np.isnan(ours), np.isnan(theirs))
    assert np.nanmax(np.abs(ours - theirs), initial=0.0) <= 1e-9


def talib_adx(high, low, close, period):
    functions = talib.ADX, talib.PLUS_DI, talib.MINUS_DI
    return [function(high, low, close, period) for function in functions]


@pytest.mark.parametrize("period", [2, 3, 14, 15, 100])
def test_twenty_thousand_bars_have_talibs_adx_and_dis(walk, period):
    for ours, theirs in zip(adx(*walk, period), talib_adx(*walk, period), strict=True):
        assert_same(ours, theirs)


@pytest.mark.parametrize("period", [2, 3, 14, 15, 100])
def test_twenty_thousand_bars_have_talibs_rsi(walk, period):
    assert_same(rsi(walk.close, period), talib.RSI(walk.close, period))


@pytest.mark.parametrize("period", [1, 2, 9, 20, 1_000, 10_000])
def test_twenty_thousand_bars_have_talibs_ema(walk, period):
    assert_same(ema(walk.close, period), talib.EMA(walk.close, period))


@pytest.mark.parametrize("length", range(61))
def test_every_short_length_has_a_number_exactly_where_talib_has_one(walk, length):
    bars = [column[:length].copy() for column in walk]
    for ours, theirs in zip(adx(*bars, 14), talib_adx(*bars, 14), strict=True):
        assert_same(ours, theirs)
    assert_same(rsi(bars[2], 14), talib.RSI(bars[2], 14))
    assert_same(ema(bars[2], 9), talib.EMA(bars[2], 9))


@given(any_bars, st.integers(2, 20))
def test_any_bars_on_ticks_have_talibs_numbers(bars, period):
    first, second, close = np.array(bars).T.copy()
    high, low = np.maximum(first, second), np.minimum(first, second)
    for ours, theirs in zip(
        adx(high, low, close, period), talib_adx(high, low, close, period), strict=True
    ):
        assert_same(ours, theirs)
    assert_same(rsi(close, period), talib.RSI(close, period))
    assert_same(ema(close, period), talib.EMA(close, period))


def test_first_numbers_come_at_the_documented_bars(walk):
    trend, plus_di, minus_di = adx(*walk, 14)
    firsts = [
        int(np.argmin(np.isnan(column)))
        for column in (trend, plus_di, minus_di, rsi(walk.close, 14), ema(walk.close, 9))
    ]
    assert firsts == [27, 14, 14, 14, 8]


def test_a_market_that_never_moves_reads_zero_as_in_talib():
    flat = np.full(60, 100.0)
    assert rsi(flat, 14)[-1] == talib.RSI(flat, 14)[-1] == 0.0
    assert [column[-1] for column in adx(flat, flat, flat, 14)] == [0.0, 0.0, 0.0]


def test_a_market_that_stops_moving_keeps_its_reading():
    close = np.concatenate([np.arange(50.0), np.full(500, 49.0)])
    assert rsi(close, 14)[-1] == 100.0
    assert adx(close + 1, close - 1, close, 14)[0][-1] == 100.0
