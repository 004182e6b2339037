import datetime as dt

import numpy as np
from hypothesis import given, strategies as st

from rustro_kernel.domain.bars import Bar
from rustro_kernel.domain.market_time import MINUTE, at
from rustro_kernel.simulator.bridge import bridge
from rustro_kernel.simulator.minute_bars import MinuteBars
from rustro_kernel.simulator.seeding import Purpose, generator
from tests.simulator.make import ORDINARY, index, minute_bars, parquet, play, stored

PRICE = st.integers(1, 4_000_000)


@st.composite
def valid_bars(draw):
    low, high = sorted((draw(PRICE), draw(PRICE)))
    inside = st.integers(low, high)
    return draw(inside), high, low, draw(inside)


def arrays(ohlc):
    start = at(ORDINARY, "09:15")
    columns = np.array(ohlc, dtype=np.int64).T
    return MinuteBars(np.arange(len(ohlc), dtype=np.int64) * MINUTE + start, *columns)


def seeded(seed):
    return generator(seed, dt.date(2023, 3, 14), Purpose.BRIDGE)


@given(st.lists(valid_bars(), min_size=1, max_size=20), st.integers(0, 2**32))
def test_the_seconds_of_a_minute_give_its_bar_again(ohlc, seed):
    path = bridge(arrays(ohlc), seeded(seed))
    assert path.shape == (len(ohlc), 60)
    assert [(p[0], p.max(), p.min(), p[-1]) for p in path] == ohlc


def test_another_seed_takes_another_way():
    bars = arrays([(10_000, 10_500, 9_500, 10_100)])
    assert not np.array_equal(bridge(bars, seeded(1)), bridge(bars, seeded(2)))


def test_ticks_of_a_stored_day_make_up_its_bars(tmp_path):
    wanted = [
        Bar(at(ORDINARY, "09:15"), 10_000, 10_200, 9_950, 10_105),
        Bar(at(ORDINARY, "09:16"), 10_110, 10_110, 10_110, 10_110),
        Bar(at(ORDINARY, "10:01"), 10_000, 10_001, 9_999, 10_000),
    ]
    rows = [(b.start_ns, b.open / 100, b.high / 100, b.low / 100, b.close / 100) for b in wanted]
    ticks = play(stored(parquet(tmp_path, rows)), index)
    assert minute_bars(ticks) == wanted
    assert [t.exch_ts for t in ticks[:60]] == [wanted[0].start_ns + n * 10**9 for n in range(60)]
