from hypothesis import given, strategies as st

from rustro_kernel.domain.aggregate import aggregate, bar_start
from rustro_kernel.domain.bars import Bar, Timeframe
from rustro_kernel.domain.market_time import HOUR, MINUTE
from tests.make import bar, clock, ns

OPEN, MIDNIGHT = ns("09:15"), ns("00:00")


def minutes(count, start=OPEN):
    return [bar(17_000 + i, at=start + i * MINUTE, volume=10) for i in range(count)]


def test_hours_count_from_the_open():
    assert clock(bar_start(ns("10:14:59"), Timeframe.H1, OPEN)) == "09:15:00"
    assert clock(bar_start(ns("10:15"), Timeframe.H1, OPEN)) == "10:15:00"


def test_clock_hours_count_from_midnight():
    assert clock(bar_start(ns("10:14:59"), Timeframe.H1, MIDNIGHT)) == "10:00:00"


def test_before_the_anchor_bars_count_backwards():
    assert clock(bar_start(ns("09:14"), Timeframe.M15, OPEN)) == "09:00:00"


def test_a_day_starts_at_midnight_whatever_the_anchor():
    assert bar_start(ns("15:29"), Timeframe.D1, OPEN) == MIDNIGHT


def test_five_minutes_make_one_bar():
    made = aggregate(minutes(7), Timeframe.M5, OPEN)
    assert [(clock(b.start_ns), b.open, b.high, b.low, b.close, b.volume) for b in made] == [
        ("09:15:00", 1_700_000, 1_700_400, 1_700_000, 1_700_400, 50),
        ("09:20:00", 1_700_500, 1_700_600, 1_700_500, 1_700_600, 20),
    ]


def test_a_span_without_bars_gives_none():
    made = aggregate([*minutes(1), *minutes(1, OPEN + HOUR)], Timeframe.M5, OPEN)
    assert [clock(b.start_ns) for b in made] == ["09:15:00", "10:15:00"]


prices = st.tuples(*[st.integers(1, 10**7)] * 2, st.integers(0, 10**6))


@given(st.lists(prices, max_size=120))
def test_two_steps_up_are_one_step(rows):
    bars = [
        Bar(OPEN + i * MINUTE, o, max(o, c), min(o, c), c, v) for i, (o, c, v) in enumerate(rows)
    ]
    fives = aggregate(bars, Timeframe.M5, OPEN)
    for frame in (Timeframe.M15, Timeframe.H1, Timeframe.D1):
        assert aggregate(fives, frame, OPEN) == aggregate(bars, frame, OPEN)
    assert sum(b.volume for b in fives) == sum(b.volume for b in bars)
