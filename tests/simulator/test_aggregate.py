from hypothesis import given, strategies as st

from rustro_kernel.domain.aggregate import aggregate, bar_start
from rustro_kernel.domain.bars import SPAN_NS, Bar, Timeframe
from rustro_kernel.domain.market_time import MINUTE, at, midnight_ns, show_clock
from tests.simulator.make import ORDINARY

OPEN = at(ORDINARY, "09:15")


def minutes(*clocks):
    return [
        Bar(at(ORDINARY, clock), 100 + n, 110 + n, 90 - n, 105 + n, 10)
        for n, clock in enumerate(clocks)
    ]


def test_hours_begin_at_the_open_or_at_the_clock():
    starts = [bar_start(at(ORDINARY, "11:20"), Timeframe.H1, a) for a in (OPEN, OPEN - 15 * MINUTE)]
    assert [show_clock(s) for s in starts] == ["11:15:00", "11:00:00"]


def test_a_daily_bar_begins_at_indian_midnight():
    assert bar_start(at(ORDINARY, "09:15"), Timeframe.D1, OPEN) == midnight_ns(ORDINARY)


def test_five_minutes_become_one_bar():
    built = aggregate(minutes("09:15", "09:16", "09:19", "09:20"), Timeframe.M5, OPEN)
    assert built == [
        Bar(OPEN, 100, 112, 88, 107, 30),
        Bar(OPEN + 5 * MINUTE, 103, 113, 87, 108, 10),
    ]


def test_an_empty_span_gives_no_bar():
    built = aggregate(minutes("09:15", "09:40"), Timeframe.M5, OPEN)
    assert [show_clock(bar.start_ns) for bar in built] == ["09:15:00", "09:40:00"]


def test_the_last_hour_is_a_short_one():
    built = aggregate(minutes("14:15", "15:14", "15:15", "15:29"), Timeframe.H1, OPEN)
    assert [(show_clock(b.start_ns), b.volume) for b in built] == [
        ("14:15:00", 20),
        ("15:15:00", 20),
    ]


@given(st.sets(st.integers(0, 374), min_size=1), st.sampled_from(list(Timeframe)))
def test_aggregation_in_two_steps_is_aggregation_in_one(numbers, timeframe):
    ones = [Bar(OPEN + n * MINUTE, 50 + n, 60 + n, 40 - n, 55, n) for n in sorted(numbers)]
    fives = aggregate(ones, Timeframe.M5, OPEN)
    direct = aggregate(ones, timeframe, OPEN)
    assert sum(bar.volume for bar in direct) == sum(numbers)
    if SPAN_NS[timeframe] >= SPAN_NS[Timeframe.M5]:
        assert aggregate(fives, timeframe, OPEN) == direct
