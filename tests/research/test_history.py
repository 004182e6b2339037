import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from rustro_kernel.config import Config
from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.domain.market_time import MINUTE, SECOND
from rustro_kernel.market_rules import MarketRules
from rustro_kernel.research.bar_source import bar_file
from rustro_kernel.research.history import History
from rustro_kernel.research.option_quotes import Contract, at_closes, at_moments
from rustro_kernel.simulator.chain import master, near_future
from rustro_kernel.simulator.future_tape import future_tape
from rustro_kernel.simulator.history import history as past_bars
from rustro_kernel.simulator.option_tape import fair_premium
from rustro_kernel.simulator.real_day import real_day
from tests.research.bars import bars

DAY = dt.date(2021, 11, 30)
DATA = bars(40)
LOADED = History.load(DATA)


@pytest.fixture(scope="module")
def scene():
    return real_day(bar_file(DATA), DAY, MarketRules(), "NIFTY", Config().sim.seed)


def played():
    return LOADED.day(LOADED.dates.index(DAY))


def test_a_day_sees_the_bars_before_it_that_a_simulated_day_sees(scene):
    mine, theirs = LOADED.windows(played().number), past_bars(scene, 500, "open")
    assert mine[:3] == theirs[:3]
    for future, other in zip(mine[3:], theirs[3:], strict=True):
        assert future.instrument == other.instrument
        assert [(b.start_ns, b.volume, b.stub) for b in future.bars] == [
            (b.start_ns, b.volume, b.stub) for b in other.bars[-len(future.bars) :]
        ]
    assert [len(series.bars) for series in mine] == [39, 267, 500, 267, 200]


def test_a_minute_has_the_volume_that_the_simulated_future_trades_in_it(scene):
    tape = future_tape(scene, near_future(scene.contract)).columns
    last = np.searchsorted(tape.exch_ts, tape.exch_ts[0] // MINUTE * MINUTE + MINUTE) - 1
    assert played().course.volumes[0] == tape.volume[last]
    assert sum(played().course.volumes) == tape.volume[-1]


def test_the_vix_of_a_minute_is_the_simulated_days_at_its_last_second(scene):
    mine = played().course.felt_vix
    assert mine[0] == pytest.approx(scene.vix[0], abs=1e-12)
    assert mine[1:] == pytest.approx(scene.vix[59::60], abs=1e-12)


def test_a_premium_is_what_the_simulated_market_has_at_the_same_spot(scene):
    course = played().course
    option = next(
        o
        for o in master(scene.contract, scene.previous_close)
        if o.strike == 1_700_000 and o.right is not None
    )
    at = np.arange(59, 375 * 60, 60)
    wanted = fair_premium(scene, option, at).premium
    contract = Contract(scene.term(option.expiry), option.lot, option.tick, 0)
    assert LOADED.term(played(), option.expiry) == contract.term
    ticks = at_closes(contract, [option] * 375, course, 0)
    assert [tick.ltp for tick in ticks] == (np.floor(wanted / 5 + 0.5) * 5).astype(int).tolist()
    assert all(tick.bid <= tick.ltp <= tick.ask for tick in ticks)
    assert ticks[0].exch_ts == course.first_ns + 59 * SECOND


def test_inside_a_minute_nobody_knows_the_vix_of_its_end(scene):
    """Another VIX at the end of one minute changes its close's premium and no earlier one."""
    course = played().course
    felt = course.felt_vix.copy()
    felt[101] += 5
    other = replace(course, felt_vix=felt)
    listed = master(scene.contract, scene.previous_close)
    option = next(o for o in listed if o.strike == 1_700_000 and o.right is not None)
    contract = Contract(scene.term(option.expiry), option.lot, option.tick, 0)
    usual, changed = (at_moments(contract, option, c, 99, 103).ltp for c in (course, other))
    differ = [at for at in range(16) if usual[at] != changed[at]]
    assert differ == [7, 8, 9, 10]  # the close of minute 100, and the next three moments


def test_the_extreme_nearer_to_the_open_comes_first():
    course = played().course
    assert course.spots.shape == (375, 4)
    for row in range(375):
        first, high, low, last = (
            column[row] for column in (course.opens, course.highs, course.lows, course.closes)
        )
        order = (low, high) if first - low <= high - first else (high, low)
        wanted = (first, *order, last)
        assert tuple(course.spots[row]) == wanted


def test_a_frame_and_a_file_of_the_same_bars_give_the_same_days(tmp_path):
    path = tmp_path / "bars.parquet"
    bars(30).to_parquet(path)
    one, other = History.load(path), History.load(bars(30))
    assert one.dates == other.dates
    assert one.day(29).course.closes == other.day(29).course.closes
    assert "sha256:" in one.identity
    assert one.identity != other.identity


def test_the_index_of_a_frame_can_be_the_time():
    assert History.load(DATA.set_index("ts")).dates == LOADED.dates


def test_days_that_are_no_trading_days_are_left_out_with_the_reason():
    tuesday = DATA.tail(375)
    sunday = tuesday.assign(ts=tuesday["ts"] - pd.Timedelta(days=2))
    found = History.load(pd.concat([DATA, sunday]).sort_values("ts"))
    assert [(s.date, "no trading day" in s.why) for s in found.skipped] == [
        (dt.date(2021, 11, 28), True)
    ]


def refused(frame, **dates):
    with pytest.raises(BadUsage) as caught:
        History.load(frame).between(dates.get("first"), dates.get("last"))
    return str(caught.value)


def test_bars_that_cannot_be_played_are_refused_in_a_sentence():
    holed = DATA.copy()
    holed.loc[7, "close"] = float("nan")
    assert refused(holed) == (
        f"DataFrame: row 8 ({DATA['ts'].iloc[7].tz_convert('Asia/Kolkata'):%Y-%m-%d %H:%M}) "
        "has a price that is missing or not a number"
    )
    assert refused(DATA.head(0)) == "DataFrame: has no rows"
    assert refused(DATA.assign(ts=DATA["ts"].dt.tz_localize(None))).startswith(
        "DataFrame: timestamps in ts have no time zone"
    )
    assert refused(42) == "data: is a path, a DataFrame or a History, got int"
    twice = pd.concat([DATA, DATA[["close"]]], axis=1)
    assert refused(twice) == "DataFrame: has more than one column close"
    assert refused(DATA.iloc[::5]) == "DataFrame: has a row every 5 minutes; rows must be 1m bars"


def test_days_without_enough_days_before_them_are_refused_with_the_first_that_has():
    early = LOADED.dates[3]
    assert refused(DATA, first=early) == (
        f"DataFrame: has 3 trading days before {early}, and 28 are the least; "
        f"begin on {LOADED.dates[28]} or later"
    )
    assert refused(DATA, last=early) == (
        f"DataFrame: the first day with 28 days before it is {LOADED.dates[28]}, "
        f"and the last one asked for is {early}"
    )
    assert refused(bars(20)) == (
        "DataFrame: has 20 trading days; 28 come before the first one played"
    )


def test_dates_in_the_wrong_order_or_outside_are_refused():
    last, first = dt.date(2021, 11, 1), dt.date(2021, 11, 30)
    assert refused(DATA, first=first, last=last) == (
        "the first date 2021-11-30 comes after the last one 2021-11-01"
    )
    assert "has no trading day from 2022-01-01 to 2022-02-01" in refused(
        DATA, first=dt.date(2022, 1, 1), last=dt.date(2022, 2, 1)
    )
