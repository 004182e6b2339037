import datetime as dt

import numpy as np
import pytest

from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.errors import BadConfig
from rustro_kernel.simulator.regimes import REGIMES, regime_name
from tests.simulator.make import ORDINARY, generated, index, minute_bars, play, vix


def course(regime, seed):
    """Gap, move from open to close and range of the index, in percent of the previous close."""
    market = generated(regime=regime, seed=seed)
    bars = minute_bars(play(market, index))
    before = market.history()[0].bars[-1].close
    high, low = max(b.high for b in bars), min(b.low for b in bars)
    gap, move = bars[0].open - before, bars[-1].close - bars[0].open
    return 100 * gap / before, 100 * move / before, 100 * (high - low) / before


@pytest.mark.parametrize("seed", range(4))
def test_trends_go_their_way_and_a_range_returns(seed):
    assert course("trend_up", seed)[1] > 0.6
    assert course("trend_down", seed)[1] < -0.6
    assert abs(course("range", seed)[1]) < 0.1


@pytest.mark.parametrize("seed", range(4))
def test_a_gap_opens_away_from_the_close(seed):
    assert abs(course("gap_open", seed)[0]) > 1.0


@pytest.mark.parametrize("seed", range(6))
def test_a_shock_trips_a_volatility_breaker(seed):
    ticks = play(generated(regime="vix_shock", seed=seed), vix)
    times = np.array([t.exch_ts for t in ticks]) / 1e9
    values = np.array([t.ltp for t in ticks]) / 100
    ten_minutes_before = np.interp(times - 600, times, values)
    assert values.max() > 30 or (values - ten_minutes_before).max() > 5


@pytest.mark.parametrize("regime", REGIMES)
def test_days_stay_within_what_an_index_does(regime):
    assert 0.2 < course(regime, 11)[2] < 6


def test_auto_chooses_by_seed_and_names_its_choice():
    assert {regime_name("auto", seed, ORDINARY) for seed in range(30)} == set(REGIMES)
    chosen = regime_name("auto", 3, ORDINARY)
    assert generated(regime="auto", seed=3).identity == f"generated:{chosen} seed 3"


def test_an_unknown_regime_is_refused():
    with pytest.raises(BadConfig, match=r"sim.regime: 'sideways' is none of auto, trend_up"):
        generated(regime="sideways")


def test_the_invented_past_is_long_enough_for_every_window():
    series = {(s.instrument, s.timeframe): s.bars for s in generated().history()}
    daily, hourly, fives = (
        series["NSE:99926000", frame] for frame in (Timeframe.D1, Timeframe.H1, Timeframe.M5)
    )
    assert (len(daily), len(hourly), len(fives)) == (200, 500, 500)
    closes = np.array([bar.close for bar in daily])
    assert 0.08 < np.std(np.diff(np.log(closes))) * 252**0.5 < 0.25


def test_the_vix_starts_from_realised_volatility():
    first = play(generated(), vix)[0]
    assert 1_000 <= first.ltp <= 4_200


def test_near_the_first_known_day_the_past_is_short():
    market = generated(dt.date(2015, 1, 6))
    assert len(market.history()[0].bars) == 3


def test_everything_invented_is_said():
    assert generated().synthetic == (
        "index generated",
        "history generated",
        "option chain priced by Black-76",
        "future basis and volume",
        "VIX from realised volatility",
    )
    assert generated(ORDINARY, "range", 3).identity == "generated:range seed 3"
