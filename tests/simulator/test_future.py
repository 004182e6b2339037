import datetime as dt

import numpy as np
import pytest

from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.market_time import HOUR, at
from rustro_kernel.simulator.day_hours import DayHours, minute_starts
from rustro_kernel.simulator.minute_bars import MinuteBars
from rustro_kernel.simulator.volume import MEAN_HOUR_UNITS, minute_volumes
from tests.simulator.make import (
    ORDINARY,
    RULES,
    a_file_of_days,
    future,
    generated,
    index,
    minute_bars,
    play,
    stored,
)

SHARES = [1.7, 1.05, 0.65, 0.85, 0.8, 1.25, 0.55]


def hourly(seed, date, bars):
    """The day's volume in parts of the mean hour, by hour from the open."""
    minutes = minute_starts(DayHours.of(RULES.day(date, ("NIFTY",))).derivative)
    volume = minute_volumes(seed, date, minutes, bars)
    hour = (minutes - at(date, "09:15")) // HOUR
    return np.bincount(hour, volume) / MEAN_HOUR_UNITS


def no_bars():
    none = np.empty(0, dtype=np.int64)
    return MinuteBars(none, none, none, none, none)


def test_hours_share_the_volume_as_described_over_many_days():
    days = RULES.trading_days(dt.date(2022, 1, 1), dt.date(2022, 12, 31))
    ordinary = [d for d in days if d != dt.date(2022, 10, 24)]
    mean = np.mean([hourly(5, day, no_bars()) for day in ordinary], axis=0)
    assert mean == pytest.approx(SHARES, rel=0.07)


def test_the_noise_of_an_hour_is_about_a_quarter():
    days = [ORDINARY + dt.timedelta(days=7 * n) for n in range(100)]
    days = [day for day in days if RULES.is_trading_day(day)]
    spread = np.std(np.log([hourly(5, day, no_bars()) for day in days]), axis=0)
    assert spread == pytest.approx(np.full(7, 0.25), abs=0.06)


def test_volume_follows_the_size_of_the_move():
    start = np.array([at(ORDINARY, "11:15")])
    price = np.array([2_000_000])
    still = MinuteBars(start, price, price, price, price)
    jump = MinuteBars(start, price, price + 4_000, price, price + 4_000)
    quiet, busy = (minute_volumes(5, ORDINARY, start, bars)[0] for bars in (still, jump))
    assert 2.4 < busy / quiet < 2.8


def test_a_minute_has_the_same_volume_however_many_are_asked_for():
    minutes = minute_starts(DayHours.of(RULES.day(ORDINARY, ("NIFTY",))).derivative)
    whole = minute_volumes(5, ORDINARY, minutes, no_bars())
    part = minute_volumes(5, ORDINARY, minutes[100:200], no_bars())
    assert np.array_equal(part, whole[100:200])


def test_the_day_played_has_the_volume_history_says_it_had(tmp_path):
    path = a_file_of_days(tmp_path, days=3)
    yesterday = RULES.previous_trading_day(ORDINARY)
    then = stored(path, yesterday)
    bars = minute_bars(play(then, future))
    now = {(s.instrument, s.timeframe): s.bars for s in stored(path).history()}
    hours = now[future(then)[0].key, Timeframe.H1]
    remembered = [b.volume for b in hours if b.start_ns >= at(yesterday, "09:15")]
    played = np.bincount(
        [(b.start_ns - at(yesterday, "09:15")) // HOUR for b in bars], [b.volume for b in bars]
    )
    assert remembered == played.astype(int).tolist()


def test_the_running_volume_never_falls_and_ticks_come_every_second_or_two():
    ticks = play(generated(), future)
    volumes = [tick.volume for tick in ticks]
    assert volumes == sorted(volumes)
    assert volumes[0] < 100_000
    assert 21_000 < len(ticks) < 22_500


def test_the_future_trades_above_the_index_by_the_carry():
    market = generated()
    ticks = play(market, lambda m: future(m) + index(m))
    last = {tick.instrument: tick.ltp for tick in ticks}
    basis = last[future(market)[0].key] / last["NSE:99926000"] - 1
    assert 0.001 < basis < 0.004  # 15 days at 5.3 % a year
