import datetime as dt

import numpy as np
from hypothesis import given, strategies as st
from msgspec.structs import replace

from rustro_kernel.domain.aggregate import aggregate
from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.market_time import MINUTE, at, show_time
from rustro_kernel.simulator.history import bulk
from rustro_kernel.simulator.minute_bars import MinuteBars
from tests.simulator.make import ORDINARY, a_file_of_days, future, generated, parquet, rows, stored

OPEN = at(ORDINARY, "09:15")
INDEX = "NSE:99926000"
AFTER_MUHURAT = dt.date(2021, 11, 8)
AFTER_TWO_LEGS = dt.date(2024, 3, 4)
PAISE = st.integers(1, 10**7)


def series(market, **kwargs):
    return {(s.instrument, s.timeframe): s.bars for s in market.history(**kwargs)}


def starts(bars, date):
    return [show_time(b.start_ns)[11:16] for b in bars if show_time(b.start_ns)[:10] == str(date)]


@given(
    st.dictionaries(st.integers(0, 384), st.tuples(PAISE, PAISE, PAISE, PAISE), min_size=1),
    st.sampled_from(list(Timeframe)),
    st.sampled_from([OPEN, OPEN - 15 * MINUTE]),
)
def test_the_fast_way_equals_plain_aggregation(minutes, timeframe, anchor_ns):
    rows = np.array([(OPEN + n * MINUTE, *sorted(v)) for n, v in sorted(minutes.items())])
    start, low, opened, close, high = rows.T
    bars = MinuteBars(start, opened, high, low, close)
    plain = [replace(bar, volume=bar.low) for bar in bars.bars()]
    assert bulk(bars, low, timeframe, anchor_ns) == aggregate(plain, timeframe, anchor_ns)


def test_daily_bars_come_from_the_continuous_hours_of_the_file(tmp_path):
    stray = rows(dt.date(2023, 3, 13), ["09:00"], 500.0) + rows(
        dt.date(2023, 3, 13), ["15:45"], 1.5
    )
    inside = rows(dt.date(2023, 3, 13), ["09:15", "15:29"], 100.0)
    path = parquet(tmp_path, [stray[0], *inside, stray[1], *rows(price=100.0)])
    (bar,) = series(stored(path))[INDEX, Timeframe.D1]
    assert (bar.open, bar.high, bar.low, bar.close) == (10_000, 10_100, 9_900, 10_000)


def test_today_is_not_history(tmp_path):
    market = stored(a_file_of_days(tmp_path, days=3))
    assert len(series(market)[INDEX, Timeframe.D1]) == 2
    assert max(b.start_ns for bars in series(market).values() for b in bars) < at(ORDINARY, "00:00")


def test_days_that_were_no_trading_days_are_left_out(tmp_path):
    sunday = dt.date(2023, 3, 12)
    path = parquet(tmp_path, rows(sunday) + rows(dt.date(2023, 3, 13)) + rows())
    assert len(series(stored(path))[INDEX, Timeframe.D1]) == 1


def test_the_first_day_of_a_file_has_no_history(tmp_path):
    market = stored(parquet(tmp_path, rows()))
    assert all(bars == () for bars in series(market).values())


def test_hours_begin_at_the_open_and_the_last_one_is_a_stub():
    hours = series(generated())[INDEX, Timeframe.H1]
    assert starts(hours, "2023-03-13") == [f"{h:02d}:15" for h in range(9, 16)]
    assert [b.stub for b in hours[-7:]] == [False] * 6 + [True]


def test_hours_may_begin_at_the_clock():
    hours = series(generated(anchor="clock"))[INDEX, Timeframe.H1]
    assert starts(hours, "2023-03-13") == [f"{h:02d}:00" for h in range(9, 16)]


def test_muhurat_is_counted_from_its_own_open_and_marked_special():
    hours = series(generated(AFTER_MUHURAT))[INDEX, Timeframe.H1]
    assert starts(hours, "2021-11-04") == ["18:15"]
    assert [b.special for b in hours[-2:]] == [False, True]


def test_a_day_of_two_legs_is_one_daily_bar():
    known = series(generated(AFTER_TWO_LEGS))
    assert starts(known[INDEX, Timeframe.D1], "2024-03-02") == ["00:00"]
    assert starts(known[INDEX, Timeframe.H1], "2024-03-02") == ["09:15", "11:15", "12:15"]


def test_as_many_bars_come_as_are_asked_for():
    market = generated()
    known = series(market, bars=130)
    assert {(key == INDEX, frame.value): len(bars) for (key, frame), bars in known.items()} == {
        (True, "1d"): 200,
        (True, "1h"): 130,
        (True, "5m"): 130,
        (False, "1h"): 130,
        (False, "15m"): 130,
    }
    longer = series(market, bars=500)
    key = future(market)[0].key, Timeframe.M15
    assert longer[key][-130:] == known[key]


def test_the_index_has_no_volume_and_the_future_has():
    market = generated()
    known = series(market)
    assert {b.volume for b in known[INDEX, Timeframe.H1]} == {0}
    assert min(b.volume for b in known[future(market)[0].key, Timeframe.M15]) > 0
