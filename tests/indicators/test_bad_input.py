"""Wrong input is refused in a sentence, by the array and the streaming form alike."""

import math

import msgspec
import numpy as np
import pandas as pd
import pytest

from rustro_kernel.domain.errors import BadIndicatorInput
from rustro_kernel.indicators import ADX, EMA, RSI, adx, ema, rsi


def refused(call, *args):
    with pytest.raises(BadIndicatorInput) as caught:
        call(*args)
    return str(caught.value)


@pytest.mark.parametrize(
    ("high", "low", "close", "sentence"),
    [
        ([2, 2], [1, 1], [1], "ADX: high, low and close differ in length: 2, 2, 1"),
        ([[2]], [1], [1], "ADX: high must be one column, got shape (1, 1)"),
        ([2], 1, [1], "ADX: low must be one column, got shape ()"),
        ([2], [1], ["1.5"], "ADX: close must hold numbers, got <U3"),
        ([2], [1], [None], "ADX: close must hold numbers, got object"),
        ([[2], [2, 3]], [1], [1], "ADX: high is not a column of numbers"),
        ([2, math.nan], [1, 1], [1, 1], "ADX: high is nan at bar 1"),
        ([2, 2], [1, -math.inf], [1, 1], "ADX: low is -inf at bar 1"),
        ([2, 2], [1, 1], [math.inf, 1], "ADX: close is inf at bar 0"),
        ([2, 2], [1, 2.5], [1, 1], "ADX: high 2.0 is below low 2.5 at bar 1"),
        ([1e308], [-1e308], [0], "ADX: high 1e+308 minus low -1e+308 overflows at bar 0"),
    ],
)
def test_impossible_columns_are_refused_with_the_reason(high, low, close, sentence):
    assert refused(adx, high, low, close) == sentence


@pytest.mark.parametrize("array_form", [rsi, ema])
def test_a_price_that_is_no_number_is_refused_with_its_bar(array_form):
    assert refused(array_form, [1.0, 2.0, math.nan], 5).endswith("close is nan at bar 2")
    assert refused(array_form, [math.inf], 5).endswith("close is inf at bar 0")


@pytest.mark.parametrize(
    ("indicator", "least"), [(ADX, 2), (RSI, 2), (EMA, 1)], ids=["ADX", "RSI", "EMA"]
)
def test_a_period_too_short_or_not_whole_is_refused(indicator, least):
    name = indicator.__name__
    array_form = {"ADX": lambda p: adx([], [], [], p), "RSI": lambda p: rsi([], p)}.get(
        name, lambda p: ema([], p)
    )
    for build in (indicator, array_form):
        short = f"{name}: period must be at least {least}, got {least - 1}"
        assert refused(build, least - 1) == short
        assert refused(build, 14.0) == f"{name}: period must be a whole number, got 14.0"
        build(least)


@pytest.mark.parametrize(
    ("indicator", "good", "bad", "sentence"),
    [
        (ADX(2), (2, 1, 1), (2, 1, math.nan), "ADX: close is nan at bar 1"),
        (ADX(2), (2, 1, 1), (math.inf, 1, 1), "ADX: high is inf at bar 1"),
        (ADX(2), (2, 1, 1), (1, 2, 1), "ADX: high 1.0 is below low 2.0 at bar 1"),
        (RSI(2), (2,), (math.nan,), "RSI: close is nan at bar 1"),
        (EMA(2), (2,), (-math.inf,), "EMA: close is -inf at bar 1"),
    ],
)
def test_a_refused_bar_leaves_the_streaming_state_alone(indicator, good, bad, sentence):
    indicator.update(*good)
    before = msgspec.json.encode(indicator)
    assert refused(indicator.update, *bad) == sentence
    assert msgspec.json.encode(indicator) == before


def test_empty_columns_give_empty_results():
    assert [column.shape for column in adx([], [], [])] == [(0,)] * 3
    assert rsi([]).shape == ema([], 9).shape == (0,)


def test_whole_numbers_of_any_kind_are_accepted():
    paise = [2500, 2510, 2495, 2520, 2530]
    expected = ema([float(price) for price in paise], 2).tolist()
    for column in (paise, tuple(paise), np.array(paise, np.int32), pd.Series(paise)):
        assert ema(column, np.int64(2)).tolist()[1:] == expected[1:]


def test_sliced_reversed_and_frozen_columns_give_the_same_as_plain_ones(walk):
    table = np.column_stack(walk)
    table.flags.writeable = False
    for plain, sliced in zip(adx(*walk), adx(*table.T), strict=True):
        assert plain.tobytes() == sliced.tobytes()
    backwards = rsi(walk.close[::-1])
    assert backwards.tobytes() == rsi(walk.close[::-1].copy()).tobytes()


def test_the_callers_arrays_stay_as_they_were(walk):
    mine = walk.close.copy()
    rsi(mine)[:] = 0.0
    assert mine.tobytes() == walk.close.tobytes()
    assert mine.flags.writeable
