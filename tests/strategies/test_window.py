import math

import numpy as np
from hypothesis import given, strategies as st

from rustro_kernel.domain.bars import Bar
from rustro_kernel.indicators import adx, ema, rsi
from rustro_kernel.strategies import Window
from tests.make import trend

rows = st.lists(
    st.tuples(st.integers(1_600_000, 1_800_000), st.integers(0, 5000), st.integers(0, 5000)),
    min_size=60,
    max_size=90,
)


def bars(made):
    return [Bar(i, c, c + up, c - down, c) for i, (c, up, down) in enumerate(made)]


@given(rows, st.integers(0, 59))
def test_a_window_that_grows_is_the_window_made_at_once(made, first):
    whole, grown = bars(made), []
    window = Window(grown)
    for one in whole:
        grown.append(one)
        if len(grown) > first:
            window.adx(14), window.rsi(14), window.ema(9)
    again = Window(whole)
    for kind in ("adx", "rsi", "ema"):
        assert repr(getattr(window, kind)(9)) == repr(getattr(again, kind)(9))


@given(rows)
def test_a_window_holds_the_figures_of_the_arrays(made):
    whole = bars(made)
    window = Window(whole)
    high, low, close = (
        np.array([float(getattr(b, name)) for b in whole]) for name in ("high", "low", "close")
    )
    np.testing.assert_array_equal(np.array(window.adx(14)).T, np.array(adx(high, low, close, 14)))
    np.testing.assert_array_equal(window.rsi(14), rsi(close, 14))
    np.testing.assert_array_equal(window.ema(9), ema(close, 9))


def test_what_is_not_ready_is_nan():
    window = Window(trend(27, 10))
    assert math.isnan(window.adx(14)[-1][0])
    assert len(window) == len(window.adx(14)) == 27


def test_two_periods_of_one_indicator_live_side_by_side():
    window = Window(trend(40, 10))
    assert window.ema(9)[-1] != window.ema(20)[-1]
    assert window.ema(9) is window.ema(9)
