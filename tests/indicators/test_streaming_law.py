"""The streaming classes and the array functions are one arithmetic: equal bit for bit."""

import math

import msgspec
import numba
import numpy as np
import pytest
from hypothesis import given, strategies as st

from rustro_kernel.domain.errors import BadIndicatorInput
from rustro_kernel.indicators import ADX, EMA, RSI, adx, checks, ema, kernels, rsi, together

prices = st.floats(-1e9, 1e9) | st.floats(-1e-9, 1e-9) | st.floats(90, 110)
closes = st.lists(prices, max_size=80)
bars = st.lists(
    st.tuples(prices, prices, prices).map(lambda p: (max(p[:2]), min(p[:2]), p[2])), max_size=80
)
periods = st.integers(2, 20)


def columns(rows):
    return np.array(rows, dtype=np.float64).reshape(-1, 3).T


def bits(values):
    return np.asarray(values, dtype=np.float64).tobytes()


@given(bars, periods)
def test_adx_bar_by_bar_has_the_bits_of_the_array(rows, period):
    stream = ADX(period)
    one_by_one = [stream.update(*row) for row in rows]
    assert [bits(column) for column in columns(one_by_one)] == [
        bits(column) for column in adx(*columns(rows), period)
    ]


@given(bars, periods, st.integers(0, 80))
def test_adx_of_many_bars_at_once_has_the_bits_of_one_by_one(rows, period, cut):
    one_by_one, at_once = ADX(period), ADX(period)
    wanted = [one_by_one.update(*row) for row in rows]
    found = [*at_once.extend(rows[:cut]), *at_once.extend(rows[cut:])]
    assert bits(columns(found)) == bits(columns(wanted))
    assert at_once == one_by_one


@pytest.mark.parametrize("bad", [(1.0, 2.0, 1.0), (2.0, 1.0, math.nan), (math.inf, 1.0, 1.0)])
@pytest.mark.parametrize("good", [0, 5, 40])
def test_a_bad_bar_among_many_is_refused_with_the_state_before_it(walk, good, bad):
    rows = list(zip(*(column[:good].tolist() for column in walk), strict=True))
    one_by_one, at_once = ADX(14), ADX(14)
    for row in rows:
        one_by_one.update(*row)
    with pytest.raises(BadIndicatorInput):
        at_once.extend([*rows, bad, *rows])
    assert at_once == one_by_one


@given(closes, periods)
def test_rsi_bar_by_bar_has_the_bits_of_the_array(values, period):
    stream = RSI(period)
    assert bits([stream.update(value) for value in values]) == bits(rsi(values, period))


@given(closes, st.integers(1, 20))
def test_ema_bar_by_bar_has_the_bits_of_the_array(values, period):
    stream = EMA(period)
    assert bits([stream.update(value) for value in values]) == bits(ema(values, period))


def test_the_bits_are_equal_over_twenty_thousand_bars(walk):
    trend, strength, average = ADX(14), RSI(14), EMA(9)
    rows = list(zip(*(column.tolist() for column in walk), strict=True))
    streamed = columns([trend.update(*row) for row in rows])
    assert [bits(s) for s in streamed] == [bits(a) for a in adx(*walk, 14)]
    assert bits([strength.update(row[2]) for row in rows]) == bits(rsi(walk.close, 14))
    assert bits([average.update(row[2]) for row in rows]) == bits(ema(walk.close, 9))


@given(bars, periods, st.integers(0, 80))
def test_later_bars_never_change_an_earlier_value(rows, period, cut):
    whole = columns(rows)
    for long, short in zip(adx(*whole, period), adx(*whole[:, :cut], period), strict=True):
        assert bits(long[:cut]) == bits(short)
    assert bits(rsi(whole[2], period)[:cut]) == bits(rsi(whole[2, :cut], period))
    assert bits(ema(whole[2], period)[:cut]) == bits(ema(whole[2, :cut], period))


@given(bars, periods, st.integers(0, 80))
def test_an_indicator_restored_from_a_snapshot_goes_on_to_the_bit(rows, period, cut):
    for original, inputs in (
        (ADX(period), rows),
        (RSI(period), [row[2:] for row in rows]),
        (EMA(period), [row[2:] for row in rows]),
    ):
        for row in inputs[:cut]:
            original.update(*row)
        restored = msgspec.json.decode(msgspec.json.encode(original), type=type(original))
        for row in inputs[cut:]:
            assert bits(restored.update(*row)) == bits(original.update(*row))
        assert restored == original


@pytest.mark.parametrize("indicator", [ADX(14), RSI(14), EMA(9)])
def test_ready_turns_true_with_the_first_value(indicator, walk):
    for row in list(zip(*walk, strict=True))[:40]:
        indicator.update(*(row if isinstance(indicator, ADX) else row[2:]))
        value = indicator.value[0] if isinstance(indicator, ADX) else indicator.value
        assert indicator.ready == (not math.isnan(value))
    assert indicator.ready


def test_a_numpy_number_leaves_a_state_that_can_be_stored(walk):
    stream = ADX(2)
    for row in list(zip(*walk, strict=True))[:10]:
        stream.update(*row)
    assert msgspec.json.decode(msgspec.json.encode(stream), type=ADX) == stream


def test_both_forms_call_the_same_range_a_standstill():
    assert kernels.STILL == checks.STILL


@given(bars, periods, periods, st.integers(1, 20), st.integers(1, 20))
def test_indicators_made_together_have_the_bits_of_each_alone(rows, period, strength, fast, slow):
    made = together(*columns(rows), adx_period=period, rsi_period=strength, fast=fast, slow=slow)
    close = columns(rows)[2]
    alone = (*adx(*columns(rows), period), rsi(close, strength), ema(close, fast), ema(close, slow))
    assert [bits(column) for column in made] == [bits(column) for column in alone]


@pytest.mark.parametrize(("kernel", "inputs"), [("adx", 3), ("rsi", 1), ("ema", 1)])
def test_the_compiler_fuses_no_multiply_and_add(kernel, inputs):
    column = np.ones(4)
    outputs = [np.ones(4) for _ in range(inputs)]
    fresh = numba.njit(error_model="numpy")(getattr(kernels, kernel).py_func)
    fresh(*[column] * inputs, 2, *outputs)
    assert "mulsd" in str(fresh.inspect_asm()) or "fmul" in str(fresh.inspect_asm())
    assert "fmadd" not in str(fresh.inspect_asm())
